import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import {
  ChevronLeft,
  ChevronRight,
  CircleCheck,
  CircleX,
  Clock,
  Ellipsis,
  KeyRound,
  Pencil,
  Send,
  Trash2,
  Webhook as WebhookIcon,
} from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WebhookDelivery as Delivery, DeliveryStatus, Webhook } from '@/api/gen/types.gen'
import { useCan } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Button, buttonCls } from '@/shared/ui/button'
import { confirm } from '@/shared/ui/confirm'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { IconButton } from '@/shared/ui/icon-button'
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from '@/shared/ui/menu'
import { Notice } from '@/shared/ui/notice'
import { Section } from '@/shared/ui/section'
import { Segmented } from '@/shared/ui/segmented'
import { Skeleton } from '@/shared/ui/skeleton'
import { deliveriesOptions, listOptions, useWebhookChanges, type WebhookChanges } from './api'
import { answerOf, DELIVERY_TONE, isAll, stateOf } from './model'
import { StateBadge } from './webhooks-page'

const WebhookForm = lazy(() => import('./webhook-form'))
const DeliveryDrawer = lazy(() => import('./delivery-drawer'))
const RotateDialog = lazy(() => import('./secret-dialog').then((m) => ({ default: m.RotateDialog })))

export type WebhookSearch = { status?: DeliveryStatus; delivery?: string }
type PageProps = { id: string; search: WebhookSearch; onSearch: (patch: WebhookSearch) => void }
/** One webhook: how it stands, and what was sent. */
export function WebhookPage({ id, search, onSearch }: PageProps) {
  const { t } = useTranslation('webhooks')
  const mayRead = useCan('api.webhooks.read')
  const mayWrite = useCan('api.webhooks.write')
  const q = useQuery({ ...listOptions(), enabled: mayRead })
  const changes = useWebhookChanges()
  const webhook = q.data?.find((w) => w.id === id)
  return (
    <>
      <Link
        to="/settings/webhooks"
        className="-ml-1.5 flex h-7 w-fit items-center gap-0.5 rounded-md pr-1.5 text-sm text-muted hover:bg-hover hover:text-fg any-pointer-coarse:h-10"
      >
        <ChevronLeft size={16} aria-hidden />
        {t('title')}
      </Link>
      {webhook ? (
        <>
          <Head
            webhook={webhook}
            changes={mayWrite ? changes : null}
            onTested={() => onSearch({ status: undefined })}
          />
          <Deliveries webhook={webhook} search={search} onSearch={onSearch} />
          <Suspense>
            {search.delivery && (
              <DeliveryDrawer
                webhook={webhook}
                id={search.delivery}
                changes={mayWrite ? changes : null}
                onClose={() => onSearch({ ...search, delivery: undefined })}
              />
            )}
          </Suspense>
        </>
      ) : q.isPending && mayRead ? (
        <Section title="…">
          <DeliveryRows />
        </Section>
      ) : q.error ? (
        <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
      ) : (
        <EmptyState
          icon={WebhookIcon}
          tone="gray"
          title={t(mayRead ? 'notFound' : 'forbidden')}
          text={mayRead ? undefined : t('forbiddenText')}
          actions={
            mayRead && (
              <Link to="/settings/webhooks" className={buttonCls('primary', 'md')}>
                {t('toList')}
              </Link>
            )
          }
        />
      )}
    </>
  )
}

type HeadProps = { webhook: Webhook; changes: WebhookChanges | null; onTested: () => void }
function Head({ webhook: w, changes, onTested }: HeadProps) {
  const { t } = useTranslation('webhooks')
  const { day, dateTime } = useFormat()
  const [testing, setTesting] = useState(false)
  const secret = w.previousSecretUntil
    ? t('previousUntil', { date: dateTime(w.previousSecretUntil) })
    : t('secretSince', { date: day(w.secretRotatedAt) })
  const facts: [string, string][] = [
    [t('url'), w.url],
    [t('types'), isAll(w.types) ? t('allEvents') : w.types.join(', ')],
    [t('secret'), secret],
    [t('made'), [w.createdBy?.name, day(w.createdAt)].filter(Boolean).join(' · ')],
  ]
  const test = async () => {
    setTesting(true)
    if (await changes?.test(w)) onTested()
    setTesting(false)
  }
  return (
    <Section
      title={w.description || t('one')}
      actions={
        <>
          <StateBadge webhook={w} />
          {changes && (
            <span className="flex items-center gap-1.5">
              <Button size="md" aria-label={t('test')} busy={testing} disabled={!w.enabled} onClick={() => void test()}>
                <Send size={14} aria-hidden />
                <span className="max-md:hidden">{t('test')}</span>
              </Button>
              <HeadMenu webhook={w} changes={changes} />
            </span>
          )}
        </>
      }
    >
      <Standing webhook={w} changes={changes} />
      <dl className="grid gap-x-4 gap-y-2 text-sm md:grid-cols-[160px_1fr_1fr]">
        {facts.map(([name, value]) => (
          <div key={name} className="md:contents">
            <dt className="text-subtle">{name}</dt>
            <dd className="break-words sm:col-span-2">{value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  )
}

/** What is wrong with it, and the way out. */
function Standing({ webhook: w, changes }: { webhook: Webhook; changes: WebhookChanges | null }) {
  const { t } = useTranslation('webhooks')
  const { dateTime } = useFormat()
  const state = stateOf(w)
  if (state === 'active') return null
  const on = changes && <Button onClick={() => void changes.enable(w, true)}>{t('turnOn')}</Button>
  if (state === 'failing')
    return (
      <Notice kind="warning" className="mb-4" title={t('failingSince', { date: dateTime(w.failingSince ?? '') })}>
        {t('failingText')}
      </Notice>
    )
  if (state === 'off')
    return (
      <Notice className="mb-4" actions={on}>
        {t('offText')}
      </Notice>
    )
  return (
    <Notice kind="error" className="mb-4" title={t('disabledAt', { date: dateTime(w.disabledAt ?? '') })} actions={on}>
      {t(`disabledBecause.${w.disabledBecause ?? 'failures'}`)}
    </Notice>
  )
}

function HeadMenu({ webhook: w, changes }: { webhook: Webhook; changes: WebhookChanges }) {
  const { t } = useTranslation('webhooks')
  const { t: tc } = useTranslation()
  const navigate = useNavigate()
  const [open, setOpen] = useState<'edit' | 'rotate' | null>(null)
  const remove = async () => {
    const sure = await confirm({
      title: t('deleteTitle'),
      description: t('deleteText'),
      action: tc('action.delete'),
      danger: true,
    })
    if (sure && (await changes.remove(w))) void navigate({ to: '/settings/webhooks' })
  }
  return (
    <>
      <Menu>
        <MenuTrigger
          render={
            <IconButton label={tc('action.more')} tip={false} className="any-pointer-coarse:size-10!">
              <Ellipsis size={16} />
            </IconButton>
          }
        />
        <MenuContent align="end">
          <MenuItem onClick={() => setOpen('edit')}>
            <Pencil size={14} aria-hidden />
            {tc('action.edit')}
          </MenuItem>
          <MenuItem onClick={() => setOpen('rotate')}>
            <KeyRound size={14} aria-hidden />
            {t('rotate')}
          </MenuItem>
          {w.enabled && (
            <MenuItem onClick={() => void changes.enable(w, false)}>
              <CircleX size={14} aria-hidden />
              {t('turnOff')}
            </MenuItem>
          )}
          <MenuSeparator />
          <MenuItem danger onClick={() => void remove()}>
            <Trash2 size={14} aria-hidden />
            {tc('action.delete')}
          </MenuItem>
        </MenuContent>
      </Menu>
      <Suspense>
        {open === 'edit' && <WebhookForm webhook={w} changes={changes} onClose={() => setOpen(null)} />}
        {open === 'rotate' && <RotateDialog webhook={w} changes={changes} onClose={() => setOpen(null)} />}
      </Suspense>
    </>
  )
}

const STATUSES = ['delivered', 'pending', 'failed'] as const
type DeliveriesProps = { webhook: Webhook; search: WebhookSearch; onSearch: (patch: WebhookSearch) => void }
function Deliveries({ webhook, search, onSearch }: DeliveriesProps) {
  const { t } = useTranslation('webhooks')
  const q = useInfiniteQuery(deliveriesOptions(webhook.id, search.status))
  const items = q.data?.pages.flatMap((p) => p.items)
  return (
    <Section title={t('deliveries')} text={t('deliveriesText')} flush>
      <div className="px-4 pb-3 md:px-5">
        <Segmented
          label={t('filter')}
          value={search.status ?? 'all'}
          onValueChange={(v) => onSearch({ status: v === 'all' ? undefined : v })}
          options={(['all', ...STATUSES] as const).map((value) => ({ value, label: t(`status.${value}`) }))}
          className="w-full sm:w-auto"
        />
      </div>
      {q.isPending ? (
        <DeliveryRows />
      ) : q.error && !items ? (
        <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
      ) : items && items.length > 0 ? (
        <ul className="border-t border-line">
          {items.map((d) => (
            <DeliveryRow key={d.id} delivery={d} onOpen={() => onSearch({ ...search, delivery: d.id })} />
          ))}
        </ul>
      ) : (
        <EmptyState
          icon={Send}
          tone="gray"
          title={t(search.status ? 'noneSuch' : 'none')}
          text={search.status ? undefined : t('noneText')}
          className="border-t border-line-soft"
        />
      )}
      {q.hasNextPage && (
        <div className="flex justify-center border-t border-line py-3">
          <Button size="md" busy={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>
            {t('older')}
          </Button>
        </div>
      )}
    </Section>
  )
}

export const DELIVERY_ICON = { delivered: CircleCheck, pending: Clock, failed: CircleX } as const
function DeliveryRow({ delivery: d, onOpen }: { delivery: Delivery; onOpen: () => void }) {
  const { t } = useTranslation('webhooks')
  const { ago, dateTime } = useFormat()
  const Icon = DELIVERY_ICON[d.status]
  return (
    <li className="border-b border-line-soft last:border-0">
      <button
        type="button"
        aria-haspopup="dialog"
        onClick={onOpen}
        className="flex min-h-13 w-full items-center gap-3 px-4 py-2 text-left outline-offset-[-2px] hover:bg-row-hover md:px-5"
      >
        <span
          data-tone={DELIVERY_TONE[d.status]}
          className="grid size-8 shrink-0 place-items-center rounded-full bg-tone text-tone-fg"
        >
          <Icon size={16} strokeWidth={1.9} aria-hidden />
        </span>
        <span className="min-w-0 flex-1">
          <span className="block truncate font-mono text-xs">{d.type}</span>
          <span className="mt-0.5 block truncate text-xs text-subtle">
            {t(`status.${d.status}`)}
            {answerOf(d) && ` · ${answerOf(d)}`}
            {d.attempts > 1 && ` · ${t('tries', { count: d.attempts })}`}
          </span>
        </span>
        <time dateTime={d.createdAt} title={dateTime(d.createdAt)} className="tabular shrink-0 text-xs text-subtle">
          {ago(d.createdAt)}
        </time>
        <ChevronRight size={15} aria-hidden className="shrink-0 text-faint" />
      </button>
    </li>
  )
}

function DeliveryRows() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-busy aria-label={t('ui.loading')} className="border-t border-line">
      {['w-40', 'w-32', 'w-44', 'w-36'].map((w) => (
        <div
          key={w}
          className="flex min-h-13 items-center gap-3 border-b border-line-soft px-4 py-2 last:border-0 md:px-5"
        >
          <Skeleton className="size-8 rounded-full!" />
          <div className="flex flex-col gap-2">
            <Skeleton className={`h-3 ${w}`} />
            <Skeleton className="h-3 w-20" />
          </div>
        </div>
      ))}
    </div>
  )
}
