import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Plus, ShoppingCart, Smartphone } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { useCan } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Avatar } from '@/shared/ui/avatar'
import { Button, buttonCls } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { HealthRing } from '@/shared/ui/health-ring'
import { PageHeader } from '@/shared/ui/page-header'
import { ScrollRegion } from '@/shared/ui/scroll-region'
import { Skeleton } from '@/shared/ui/skeleton'
import { tipProps } from '@/shared/ui/tooltip'
import { listOptions } from './api'
import { isTrouble, mainReasons, ownerOf, wayOut } from './model'
import { AccountFace, FloodTimer, StatusBadge, Usage } from './parts'
import type { Account } from './types'

const ConnectWizard = lazy(() => import('./connect-wizard'))

type PageProps = {
  connecting: boolean
  onConnecting: (on: boolean) => void
  onOpen: (id: string, chats: boolean) => void
}
/** The accounts through which the team writes: how they fare and what they have done today. */
export function AccountsPage(p: PageProps) {
  const { t } = useTranslation('accounts')
  const may = useCan('bd.accounts.read')
  if (may) return <Accounts {...p} />
  return (
    <>
      <PageHeader icon={Smartphone} title={t('title')} />
      <EmptyState icon={Smartphone} tone="gray" title={t('forbidden')} text={t('forbiddenText')} />
    </>
  )
}

function Accounts({ connecting, onConnecting, onOpen }: PageProps) {
  const { t } = useTranslation('accounts')
  const qc = useQueryClient()
  const mayWrite = useCan('bd.accounts.write')
  const q = useQuery(listOptions())
  const [going, setGoing] = useState<Account | null>(null)
  const all = q.data ?? []
  const trouble = all.filter(isTrouble).length
  // The header of a phone has room for its sign alone.
  const connect = (inHeader: boolean) =>
    mayWrite && (
      <Button variant="primary" size="md" onClick={() => onConnecting(true)}>
        <Plus size={15} strokeWidth={2.2} aria-hidden />
        <span className={inHeader ? 'max-sm:sr-only' : undefined}>{t('connect')}</span>
      </Button>
    )
  return (
    <>
      <PageHeader
        icon={Smartphone}
        title={t('title')}
        count={all.length > 0 ? all.length : undefined}
        actions={
          <>
            <OrdersLink />
            {all.length > 0 && connect(true)}
          </>
        }
      />
      <ScrollRegion label={t('title')} className="bg-sunken">
        <div className="mx-auto flex w-full flex-col gap-4 p-3 md:p-6" style={{ maxWidth: 1100 }}>
          {q.isPending ? (
            <Cards />
          ) : q.error && !q.data ? (
            <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
          ) : all.length === 0 ? (
            <EmptyState
              icon={Smartphone}
              title={t('empty')}
              text={t(mayWrite ? 'emptyText' : 'emptyForbidden')}
              actions={connect(false)}
            />
          ) : (
            <>
              {trouble > 0 && (
                <p role="status" className="px-1 text-sm text-muted">
                  {t('trouble', { count: trouble })}
                </p>
              )}
              <ul className="grid gap-3 sm:grid-cols-2" aria-label={t('title')}>
                {[...all].sort(troubleFirst).map((a) => (
                  <AccountCard key={a.id} account={a} onFinish={mayWrite ? () => setGoing(a) : undefined} />
                ))}
              </ul>
            </>
          )}
        </div>
      </ScrollRegion>
      <Suspense>
        {(connecting || going) && (
          <ConnectWizard
            account={going}
            onClose={() => {
              setGoing(null)
              onConnecting(false)
              void qc.invalidateQueries({ queryKey: ['bd-accounts'] })
            }}
            onDone={(id, chats) => {
              setGoing(null)
              onOpen(id, chats)
            }}
          />
        )}
      </Suspense>
    </>
  )
}
/** Quiet: where orders are off, as they are at first, the page says so. */
function OrdersLink() {
  const { t } = useTranslation('accounts')
  const may = useCan('bd.accounts.purchase')
  return (
    may && (
      <Link
        to="/accounts/orders"
        aria-label={t('orders')}
        {...tipProps({ label: t('orders') })}
        className={buttonCls('ghost', 'icon')}
      >
        <ShoppingCart size={16} strokeWidth={1.75} aria-hidden />
      </Link>
    )
  )
}
const troubleFirst = (a: Account, b: Account) =>
  Number(isTrouble(b)) - Number(isTrouble(a)) || a.name.localeCompare(b.name)

function AccountCard({ account: a, onFinish }: { account: Account; onFinish?: () => void }) {
  const { t } = useTranslation('accounts')
  const { ago } = useFormat()
  const out = wayOut(a)
  const half = out === 'code' || out === 'password'
  const reasons = mainReasons(a)
  const owner = ownerOf(a)
  return (
    <li className="relative flex min-w-0 flex-col gap-3 rounded-lg bg-card p-4 shadow-card hover:shadow-card-hover">
      <div className="flex items-start gap-3">
        <AccountFace account={a} size={40} />
        <div className="min-w-0 flex-1">
          <h2 className="truncate text-base font-semibold">
            <Link
              to="/accounts/$id"
              params={{ id: a.id }}
              className="outline-none after:absolute after:inset-0 after:rounded-lg focus-visible:after:outline-2"
            >
              {a.name}
            </Link>
          </h2>
          <p className="truncate text-xs text-subtle">
            {[a.username && `@${a.username}`, a.phoneMasked, a.network === 'sandbox' && t('network.sandbox')]
              .filter(Boolean)
              .join(' · ')}
          </p>
          <div className="mt-1.5 flex flex-wrap items-center gap-2">
            <StatusBadge account={a} />
            <FloodTimer until={a.floodUntil} />
          </div>
        </div>
        <HealthRing score={a.health.score} label={t('health.score', { score: a.health.score })} />
      </div>
      {isTrouble(a) ? (
        <p className="text-sm text-muted">{a.statusText ?? t(`help.${a.status}`)}</p>
      ) : (
        reasons.length > 0 && (
          <ul className="flex flex-col gap-0.5 text-xs text-muted">
            {reasons.map((r) => (
              <li key={r.code} className="truncate">
                {r.text}
              </li>
            ))}
          </ul>
        )
      )}
      <div className="grid grid-cols-2 gap-4">
        <Usage label={t('used.messages')} used={a.usedToday.messages} limit={a.limits.messagesPerDay} />
        <Usage label={t('used.firstContacts')} used={a.usedToday.firstContacts} limit={a.limits.firstContactsPerDay} />
      </div>
      <div className="mt-auto flex min-h-7 items-center gap-2 border-t border-line-soft pt-3 text-xs text-subtle">
        {owner ? (
          <>
            <Avatar name={owner.name} size={18} />
            <span className="min-w-0 truncate">{owner.name}</span>
          </>
        ) : (
          <span>{t('noOwner')}</span>
        )}
        <span className={cn('ml-auto shrink-0', half && onFinish && 'sr-only')}>
          {a.lastActivity ? t('active', { ago: ago(a.lastActivity) }) : t('neverActive')}
        </span>
        {half && onFinish && (
          <Button onClick={onFinish} className="relative z-1 ml-auto">
            {t(`wayOut.${out}`)}
          </Button>
        )}
      </div>
    </li>
  )
}

function Cards() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-busy aria-label={t('ui.loading')} className="grid gap-3 sm:grid-cols-2">
      {['a', 'b', 'c', 'd'].map((k) => (
        <div key={k} className="flex flex-col gap-3 rounded-lg bg-card p-4 shadow-card">
          <div className="flex items-start gap-3">
            <Skeleton className="size-10 rounded-full!" />
            <div className="flex flex-1 flex-col gap-2">
              <Skeleton className="h-4 w-32" />
              <Skeleton className="h-3 w-40" />
              <Skeleton className="h-5 w-20" />
            </div>
            <Skeleton className="size-10 rounded-full!" />
          </div>
          <Skeleton className="h-3 w-3/4" />
          <div className="grid grid-cols-2 gap-4">
            <Skeleton className="h-6" />
            <Skeleton className="h-6" />
          </div>
          <Skeleton className="h-7 w-full" />
        </div>
      ))}
    </div>
  )
}
