import { useQuery } from '@tanstack/react-query'
import { Code, Inbox, KeyRound, Plus, Trash2 } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { InboundChannel } from '@/api/gen/types.gen'
import { useCan } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Button } from '@/shared/ui/button'
import { confirm } from '@/shared/ui/confirm'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { IconButton } from '@/shared/ui/icon-button'
import { Notice } from '@/shared/ui/notice'
import { Section } from '@/shared/ui/section'
import { SectionRowsSkeleton } from '@/shared/ui/section-rows-skeleton'
import { Skeleton } from '@/shared/ui/skeleton'
import { type ChannelChanges, channelsOptions, useChannelChanges } from './api'

const ChannelForm = lazy(() => import('./channel-form'))
const ChannelDialog = lazy(() => import('./channel-dialog'))
const RotateDialog = lazy(() => import('./rotate-dialog'))
const MOST = 50

/** Ways in for other programs: what they send becomes a conversation of the inbox. */
export function ChannelsPage() {
  const { t } = useTranslation('channels')
  const mayRead = useCan('api.webhooks.read')
  if (mayRead) return <List />
  return (
    <Section title={t('title')} text={t('text')}>
      <EmptyState icon={Inbox} tone="gray" title={t('forbidden')} text={t('forbiddenText')} />
    </Section>
  )
}

function List() {
  const { t } = useTranslation('channels')
  const mayClose = useCan('api.webhooks.write')
  const mayOpen = useCan('org.settings.write') && mayClose
  const q = useQuery(channelsOptions())
  const changes = useChannelChanges()
  const [open, setOpen] = useState<InboundChannel | 'new' | null>(null)
  const [rotating, setRotating] = useState<InboundChannel | null>(null)
  const all = q.data ?? []
  const full = all.length >= MOST
  const create = mayOpen && (
    <Button variant="primary" size="md" disabled={full || !q.data} onClick={() => setOpen('new')}>
      <Plus size={15} strokeWidth={2.2} aria-hidden />
      {t('new')}
    </Button>
  )
  const close = () => setOpen(null)
  return (
    <>
      <Section title={t('title')} text={t('text')} flush actions={all.length > 0 && create}>
        {full && (
          <Notice kind="warning" className="mx-4 mb-3 md:mx-5">
            {t('full', { count: MOST })}
          </Notice>
        )}
        {q.isPending ? (
          <Rows />
        ) : q.error && !q.data ? (
          <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
        ) : all.length === 0 ? (
          <div className="border-t border-line">
            <EmptyState icon={Inbox} title={t('empty')} text={t('emptyText')} actions={create} />
          </div>
        ) : (
          <ul className="border-t border-line">
            {all.map((c) => (
              <Row
                key={c.id}
                channel={c}
                changes={mayClose ? changes : null}
                onOpen={() => setOpen(c)}
                onRotate={mayOpen ? () => setRotating(c) : null}
              />
            ))}
          </ul>
        )}
      </Section>
      <Suspense>
        {open === 'new' && <ChannelForm changes={changes} onClose={close} />}
        {open && open !== 'new' && <ChannelDialog channel={open} onClose={close} />}
        {rotating && <RotateDialog channel={rotating} changes={changes} onClose={() => setRotating(null)} />}
      </Suspense>
    </>
  )
}

type RowProps = {
  channel: InboundChannel
  changes: ChannelChanges | null
  onOpen: () => void
  onRotate: (() => void) | null
}
function Row({ channel: c, changes, onOpen, onRotate }: RowProps) {
  const { t } = useTranslation('channels')
  const { t: tc } = useTranslation()
  const { ago, dateTime, day } = useFormat()
  const ask = async () => {
    const yes = await confirm({
      title: t('deleteTitle', { name: c.name }),
      description: t('deleteText'),
      action: tc('action.delete'),
      danger: true,
    })
    if (yes) await changes?.close(c)
  }
  return (
    <li className="flex min-h-16 items-center gap-3 border-b border-line-soft px-4 py-3 last:border-0 md:px-5">
      <span
        data-tone={c.lastAt ? 'green' : 'gray'}
        className="grid size-9 shrink-0 place-items-center rounded-md bg-tone text-tone-fg"
      >
        <Inbox size={17} strokeWidth={1.75} aria-hidden />
      </span>
      <div className="min-w-0 flex-1">
        <h3 className="truncate text-sm font-medium">{c.name}</h3>
        <p className="truncate text-xs text-subtle">
          {c.lastAt ? t('lastAt', { ago: ago(c.lastAt) }) : t('never')} · {t('since', { date: day(c.createdAt) })}
          {c.previousSecretUntil && ` · ${t('previousTaken', { date: dateTime(c.previousSecretUntil) })}`}
        </p>
      </div>
      <IconButton
        label={t('how')}
        aria-label={`${t('how')}: ${c.name}`}
        onClick={onOpen}
        className="any-pointer-coarse:size-10!"
      >
        <Code size={15} />
      </IconButton>
      {onRotate && (
        <IconButton
          label={t('rotate')}
          aria-label={`${t('rotate')}: ${c.name}`}
          onClick={onRotate}
          className="any-pointer-coarse:size-10!"
        >
          <KeyRound size={14} />
        </IconButton>
      )}
      {changes && (
        <IconButton
          label={tc('action.delete')}
          aria-label={`${tc('action.delete')}: ${c.name}`}
          onClick={() => void ask()}
          className="any-pointer-coarse:size-10!"
        >
          <Trash2 size={14} />
        </IconButton>
      )}
    </li>
  )
}

const Rows = () => (
  <SectionRowsSkeleton rows={['w-40', 'w-32', 'w-48']} second="w-28" lead={<Skeleton className="size-9" />} />
)
