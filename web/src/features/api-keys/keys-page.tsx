import { useInfiniteQuery } from '@tanstack/react-query'
import { KeyRound, Pencil, Plus, Trash2 } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCommand } from '@/shared/commands/commands'
import { useCan } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { confirm } from '@/shared/ui/confirm'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { IconButton } from '@/shared/ui/icon-button'
import { Section } from '@/shared/ui/section'
import { SectionRowsSkeleton } from '@/shared/ui/section-rows-skeleton'
import { Skeleton } from '@/shared/ui/skeleton'
import { type ApiKey, type KeyChanges, keysOptions, useKeyChanges } from './api'
import { Example } from './example'
import { KEY_HOLE, STATE_TONE } from './model'

const KeyForm = lazy(() => import('./key-form'))

/** Keys with which other programs read and write. */
export function KeysPage() {
  const { t } = useTranslation('access')
  const may = useCan('api.keys.write')
  if (may) return <Keys />
  return (
    <Section title={t('keys.title')} text={t('keys.text')}>
      <EmptyState icon={KeyRound} tone="gray" title={t('keys.forbidden')} text={t('keys.forbiddenText')} />
    </Section>
  )
}

function Keys() {
  const { t } = useTranslation('access')
  const q = useInfiniteQuery(keysOptions())
  const changes = useKeyChanges()
  const [open, setOpen] = useState<ApiKey | 'new' | null>(null)
  const [ended, setEnded] = useState(false)
  const all = q.data?.pages.flatMap((p) => p.items)
  const active = all?.filter((k) => k.state === 'active') ?? []
  const over = all?.filter((k) => k.state !== 'active') ?? []
  useCommand({ id: 'keys.new', label: t('keys.new'), icon: Plus, action: 'create', run: () => setOpen('new') })
  const create = (
    <Button variant="primary" size="md" disabled={!all} onClick={() => setOpen('new')}>
      <Plus size={15} strokeWidth={2.2} aria-hidden />
      {t('keys.new')}
    </Button>
  )
  return (
    <>
      <Section title={t('keys.title')} text={t('keys.text')} flush actions={!!all?.length && create}>
        {!all && q.error ? (
          <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
        ) : !all ? (
          <SectionRowsSkeleton rows={['w-40', 'w-32', 'w-48']} second="w-56" lead={<Skeleton className="size-9" />} />
        ) : all.length === 0 ? (
          <div className="border-t border-line">
            <EmptyState icon={KeyRound} title={t('keys.empty')} text={t('keys.emptyText')} actions={create} />
            <div className="px-4 pb-4 md:px-5">
              <Example apiKey={KEY_HOLE} />
            </div>
          </div>
        ) : (
          <>
            <ul aria-label={t('keys.title')} className="border-t border-line">
              {[...active, ...(ended ? over : [])].map((k) => (
                <Row key={k.id} apiKey={k} changes={changes} onEdit={() => setOpen(k)} />
              ))}
            </ul>
            {(q.hasNextPage || (over.length > 0 && !ended)) && (
              <div className="flex flex-wrap justify-center gap-2 border-t border-line-soft p-3">
                {over.length > 0 && !ended && (
                  <Button size="md" variant="ghost" onClick={() => setEnded(true)}>
                    {t('keys.ended', { count: over.length })}
                  </Button>
                )}
                {q.hasNextPage && (
                  <Button size="md" busy={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>
                    {t('keys.more')}
                  </Button>
                )}
              </div>
            )}
          </>
        )}
      </Section>
      <Suspense>
        {open && <KeyForm apiKey={open === 'new' ? null : open} changes={changes} onClose={() => setOpen(null)} />}
      </Suspense>
    </>
  )
}

function Row({ apiKey: k, changes, onEdit }: { apiKey: ApiKey; changes: KeyChanges; onEdit: () => void }) {
  const { t } = useTranslation('access')
  const { ago, day } = useFormat()
  const active = k.state === 'active'
  const ask = async () => {
    const sure = await confirm({
      title: t('keys.revokeTitle', { name: k.name }),
      description: t('keys.revokeText'),
      action: t('keys.revoke'),
      danger: true,
    })
    if (sure) await changes.revoke(k)
  }
  return (
    <li className="flex min-h-16 items-center gap-3 border-b border-line-soft px-4 py-3 last:border-0 md:px-5">
      <span
        data-tone={STATE_TONE[k.state]}
        className="grid size-9 shrink-0 place-items-center rounded-md bg-tone text-tone-fg max-sm:hidden"
      >
        <KeyRound size={17} strokeWidth={1.75} aria-hidden />
      </span>
      <div className="min-w-0 flex-1">
        <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
          <h3 className="truncate text-sm font-medium">{k.name}</h3>
          <code className="font-mono text-xs text-muted">{k.prefix}</code>
          {!active && <Badge tone={STATE_TONE[k.state]}>{t(`keys.state.${k.state}`)}</Badge>}
        </div>
        <p className="mt-0.5 text-xs text-subtle">
          {[
            t('roles.permissions', { count: k.permissions.length }),
            k.expiresAt ? t('keys.until', { date: day(k.expiresAt) }) : t('keys.forever'),
            k.lastUsedAt ? t('keys.used', { ago: ago(k.lastUsedAt) }) : t('keys.neverUsed'),
            t('keys.by', { name: k.createdBy.name }),
          ].join(' · ')}
        </p>
      </div>
      {active && (
        <>
          <IconButton
            label={t('keys.edit')}
            aria-label={`${t('keys.edit')}: ${k.name}`}
            onClick={onEdit}
            className="any-pointer-coarse:size-10!"
          >
            <Pencil size={14} />
          </IconButton>
          <IconButton
            label={t('keys.revoke')}
            aria-label={`${t('keys.revoke')}: ${k.name}`}
            onClick={() => void ask()}
            className="any-pointer-coarse:size-10!"
          >
            <Trash2 size={14} />
          </IconButton>
        </>
      )}
    </li>
  )
}
