import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ChevronLeft, MessagesSquare, Smartphone } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/shared/api/errors'
import { usePresent } from '@/shared/live/presence'
import { useCan } from '@/shared/session/session'
import { buttonCls } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { PageHeader } from '@/shared/ui/page-header'
import { ScrollRegion } from '@/shared/ui/scroll-region'
import { Skeleton } from '@/shared/ui/skeleton'
import { tabCls } from '@/shared/ui/tab-look'
import { toast } from '@/shared/ui/toast'
import { accountOptions, useAccountChanges } from './api'
import { wayOut } from './model'
import { Overview } from './overview'
import { AccountFace, StatusBadge, StatusNotice } from './parts'
import { type AccountSearch, TABS, type Tab } from './search-params'
import type { Account } from './types'

const Actions = lazy(() => import('./account-actions'))
const ConnectWizard = lazy(() => import('./connect-wizard'))
const DisconnectDialog = lazy(() => import('./disconnect-dialog'))
const HealthTab = lazy(() => import('./health-tab'))
const LimitsTab = lazy(() => import('./limits-tab'))
const ChatsTab = lazy(() => import('./chats-tab'))
const AccessTab = lazy(() => import('./access-tab'))
const SessionsTab = lazy(() => import('./sessions-tab'))

type PageProps = { id: string; search: AccountSearch }
/** One account in full: how it fares, what it may do, what it reads, who uses it. */
export function AccountPage({ id, search }: PageProps) {
  const { t } = useTranslation('accounts')
  const may = useCan('bd.accounts.read')
  const q = useQuery({ ...accountOptions(id), enabled: may })
  const gone = isApiError(q.error) && q.error.status === 404
  const back = (
    <Link to="/accounts" aria-label={t('title')} className={buttonCls('ghost', 'icon-lg')}>
      <ChevronLeft size={17} />
    </Link>
  )
  if (!may || gone)
    return (
      <>
        <PageHeader lead={back} title={t('title')} />
        <EmptyState
          icon={Smartphone}
          tone="gray"
          title={t(may ? 'gone' : 'forbidden')}
          text={t(may ? 'goneText' : 'forbiddenText')}
          actions={
            <Link to="/accounts" className={buttonCls('primary', 'md')}>
              {t('toList')}
            </Link>
          }
        />
      </>
    )
  if (q.data) return <Loaded account={q.data} tab={search.tab ?? 'overview'} />
  return (
    <>
      <PageHeader lead={back} title={<Skeleton className="h-4 w-36" />} tab={t('title')} />
      {q.error ? <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} /> : <TabSkeleton />}
    </>
  )
}

function Loaded({ account: a, tab }: { account: Account; tab: Tab }) {
  const { t } = useTranslation('accounts')
  const navigate = useNavigate()
  const mayWrite = useCan('bd.accounts.write')
  const changes = useAccountChanges()
  const [window, setWindow] = useState<'wizard' | 'disconnect' | null>(null)
  const [busy, setBusy] = useState(false)
  usePresent(`bd-account:${a.id}`)
  const toTab = (to: Tab) =>
    void navigate({ to: '/accounts/$id', params: { id: a.id }, search: to === 'overview' ? {} : { tab: to } })
  const goOn = async () => {
    const way = wayOut(a)
    // Where there is no session, only signing in helps.
    const signedOut = a.status === 'new' || a.status === 'reauth_required'
    if (way === 'code' || way === 'password' || signedOut) return setWindow('wizard')
    setBusy(true)
    const next = await changes.reconnect(a)
    setBusy(false)
    if (typeof next !== 'object') return
    if (wayOut(next) === 'code' || wayOut(next) === 'password') setWindow('wizard')
    else if (next.isConnected) toast.success(t('reconnected'))
  }
  const writable = mayWrite
  return (
    <>
      <PageHeader
        lead={
          <Link to="/accounts" aria-label={t('title')} className={buttonCls('ghost', 'icon-lg')}>
            <ChevronLeft size={17} />
          </Link>
        }
        title={a.name}
        aside={<StatusBadge account={a} />}
        actions={
          <>
            <Link to="/inbox" search={{ account: a.id }} className={`${buttonCls('secondary', 'sm')} max-md:hidden`}>
              <MessagesSquare size={14} aria-hidden />
              {t('toInbox')}
            </Link>
            {writable && (
              <Suspense fallback={<span className="size-7" />}>
                <Actions
                  account={a}
                  changes={changes}
                  onGoOn={() => void goOn()}
                  onDisconnect={() => setWindow('disconnect')}
                  onTransfer={() => toTab('access')}
                />
              </Suspense>
            )}
          </>
        }
      />
      <nav
        aria-label={t('sections')}
        className="no-scrollbar flex h-11 shrink-0 items-center gap-0.5 overflow-x-auto border-b border-line px-2.5 any-pointer-coarse:h-13"
      >
        {TABS.map((one) => (
          <Link
            key={one}
            to="/accounts/$id"
            params={{ id: a.id }}
            search={one === 'overview' ? {} : { tab: one }}
            activeOptions={{ exact: true, includeSearch: true }}
            className={tabCls}
            activeProps={{ className: 'bg-active text-fg!' }}
          >
            {t(`tab.${one}`)}
          </Link>
        ))}
      </nav>
      <ScrollRegion label={t(`tab.${tab}`)} className="bg-sunken">
        <div className="mx-auto flex w-full max-w-[760px] flex-col gap-4 p-3 md:p-6">
          <div className="flex items-center gap-3 px-1">
            <AccountFace account={a} size={40} />
            <div className="min-w-0 flex-1">
              <p className="truncate text-base font-semibold">{a.name}</p>
              <p className="truncate text-sm text-muted">
                {[a.username && `@${a.username}`, a.phoneMasked, t(`network.${a.network}`)].filter(Boolean).join(' · ')}
              </p>
            </div>
          </div>
          <StatusNotice account={a} busy={busy} onWayOut={writable ? () => void goOn() : undefined} />
          <Suspense fallback={<TabSkeleton bare />}>
            {tab === 'overview' && <Overview account={a} changes={changes} writable={writable} onTab={toTab} />}
            {tab === 'health' && <HealthTab account={a} />}
            {tab === 'limits' && <LimitsTab key={a.version} account={a} changes={changes} writable={writable} />}
            {tab === 'chats' && <ChatsTab account={a} changes={changes} writable={writable} />}
            {tab === 'access' && <AccessTab key={a.version} account={a} changes={changes} writable={writable} />}
            {tab === 'sessions' && <SessionsTab account={a} changes={changes} writable={writable} />}
          </Suspense>
        </div>
      </ScrollRegion>
      <Suspense>
        {window === 'wizard' && (
          <ConnectWizard
            account={a}
            onClose={() => setWindow(null)}
            onDone={(_, chats) => {
              setWindow(null)
              if (chats) toTab('chats')
            }}
          />
        )}
        {window === 'disconnect' && <DisconnectDialog account={a} changes={changes} onClose={() => setWindow(null)} />}
      </Suspense>
    </>
  )
}

export function TabSkeleton({ bare = false }: { bare?: boolean }) {
  const { t } = useTranslation()
  const inside = (
    <div
      role="status"
      aria-busy
      aria-label={t('ui.loading')}
      className="flex flex-col gap-3 rounded-lg bg-card p-5 shadow-card"
    >
      {['w-40', 'w-3/4', 'w-60', 'w-3/5'].map((w) => (
        <Skeleton key={w} className={`h-4 ${w}`} />
      ))}
    </div>
  )
  return bare ? inside : <div className="mx-auto w-full max-w-[760px] p-3 md:p-6">{inside}</div>
}
