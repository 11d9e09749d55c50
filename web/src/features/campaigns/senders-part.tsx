import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Smartphone } from 'lucide-react'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { useCan } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Badge } from '@/shared/ui/badge'
import { buttonCls } from '@/shared/ui/button'
import { Checkbox } from '@/shared/ui/checkbox'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { HealthRing } from '@/shared/ui/health-ring'
import { Notice } from '@/shared/ui/notice'
import { Skeleton } from '@/shared/ui/skeleton'
import { sendersOptions } from './api'
import { BuilderPart } from './builder-part'
import { capacityOf, leftOf, readinessOf } from './senders-model'
import type { Sender } from './types'
import type { Editing } from './use-draft'

/** Who writes: the accounts, with what each can still take today. */
export default function SendersPart({ editing: { campaign: c, change, refused } }: { editing: Editing }) {
  const { t } = useTranslation('campaigns')
  const mayRead = useCan('bd.accounts.read')
  const mayConnect = useCan('bd.accounts.write')
  const q = useQuery({ ...sendersOptions(), enabled: mayRead })
  const all = q.data ?? []
  const chosen = all.filter((s) => c.accountIds.includes(s.id))
  const healthy = chosen.some((s) => readinessOf(s) === 'ready')
  const toggle = (id: string, on: boolean) =>
    change({ accountIds: on ? [...c.accountIds, id] : c.accountIds.filter((x) => x !== id) })
  return (
    <BuilderPart id="senders" flush>
      {!mayRead ? (
        <EmptyState icon={Smartphone} tone="gray" title={t('senders.forbidden')} text={t('forbiddenText')} />
      ) : q.isPending ? (
        <Rows />
      ) : q.error && !q.data ? (
        <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
      ) : all.length === 0 ? (
        <EmptyState
          icon={Smartphone}
          title={t('senders.empty')}
          text={t(mayConnect ? 'senders.emptyText' : 'senders.emptyForbidden')}
          actions={
            mayConnect && (
              <Link to="/accounts" search={{ connect: true }} className={buttonCls('primary', 'md')}>
                {t('senders.connect')}
              </Link>
            )
          }
        />
      ) : (
        <>
          <ul className="border-t border-line">
            {all.map((s) => (
              <SenderRow
                key={s.id}
                sender={s}
                checked={c.accountIds.includes(s.id)}
                onCheck={(on) => toggle(s.id, on)}
              />
            ))}
          </ul>
          <div className="flex flex-col gap-3 border-t border-line px-4 py-3 md:px-5">
            {refused['accountIds'] && <Notice kind="error">{refused['accountIds']}</Notice>}
            {chosen.length > 0 && !healthy && (
              <Notice kind="warning" title={t('senders.noneReady')}>
                {t('senders.noneReadyText')}
              </Notice>
            )}
            <p className="text-sm text-muted" aria-live="polite">
              {chosen.length > 0 ? t('senders.together', { count: capacityOf(chosen) }) : t('senders.chooseOne')}
              {chosen.length > 0 && <span className="block text-xs text-subtle">{t('senders.sticky')}</span>}
            </p>
          </div>
        </>
      )}
    </BuilderPart>
  )
}

type RowProps = { sender: Sender; checked: boolean; onCheck: (on: boolean) => void }
function SenderRow({ sender: s, checked, onCheck }: RowProps) {
  const { t } = useTranslation('campaigns')
  const { num } = useFormat()
  const id = useId()
  const ready = readinessOf(s)
  const left = leftOf(s)
  return (
    <li className="border-b border-line-soft last:border-0">
      <label htmlFor={id} className="flex min-h-16 items-center gap-3 px-4 py-2.5 hover:bg-row-hover md:px-5">
        <Checkbox id={id} checked={checked} onCheckedChange={onCheck} />
        <span className="min-w-0 flex-1">
          <span className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
            <span className="min-w-0 truncate text-sm font-medium">{s.name}</span>
            {s.network === 'sandbox' && <Badge tone="violet">{t('senders.sandbox')}</Badge>}
            {ready !== 'ready' && <Badge tone={ready === 'waits' ? 'amber' : 'red'}>{t(`senders.${ready}`)}</Badge>}
          </span>
          <span className={cn('mt-0.5 block text-xs text-subtle', ready !== 'ready' && 'text-muted')}>
            {ready !== 'ready' && s.statusText
              ? s.statusText
              : t('senders.left', {
                  first: num(left.firstContacts),
                  firstAll: num(s.limits.firstContactsPerDay),
                  all: num(left.messages),
                })}
          </span>
        </span>
        <HealthRing score={s.health.score} label={t('senders.health', { score: s.health.score })} size={34} />
      </label>
    </li>
  )
}

function Rows() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-busy aria-label={t('ui.loading')} className="border-t border-line">
      {['w-32', 'w-40', 'w-28'].map((w) => (
        <div key={w} className="flex min-h-16 items-center gap-3 border-b border-line-soft px-4 last:border-0 md:px-5">
          <Skeleton className="size-4" />
          <div className="flex flex-1 flex-col gap-2">
            <Skeleton className={`h-3.5 ${w}`} />
            <Skeleton className="h-3 w-56 max-w-full" />
          </div>
          <Skeleton className="size-8 rounded-full!" />
        </div>
      ))}
    </div>
  )
}
