import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ChevronLeft, Lock, PackageOpen, ShoppingCart } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import type { AccountOrder } from '@/api/gen/types.gen'
import { get } from '@/shared/api/call'
import { isApiError } from '@/shared/api/errors'
import { toMajor } from '@/shared/lib/money'
import { useCan } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Badge } from '@/shared/ui/badge'
import { Button, buttonCls } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { Notice } from '@/shared/ui/notice'
import { PageHeader } from '@/shared/ui/page-header'
import { ScrollRegion } from '@/shared/ui/scroll-region'
import { Section } from '@/shared/ui/section'
import { Skeleton } from '@/shared/ui/skeleton'
import { countryName, ORDERS_KEY } from './orders-model'

const OrderForm = lazy(() => import('./order-form'))
type OrderPage = { items: AccountOrder[]; page: { nextCursor?: string | null } }
const ordersOptions = () =>
  infiniteQueryOptions({
    queryKey: ORDERS_KEY,
    queryFn: ({ pageParam, signal }) =>
      get<OrderPage>('/api/bd-accounts/orders', { cursor: pageParam, limit: 30 }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.page.nextCursor ?? undefined,
    // Off stays off until the operator restarts the server.
    retry: (n, e) => n < 2 && !isOff(e),
  })
const isOff = (e: unknown) => isApiError(e) && e.code === 'bd.orders.off'

/** Accounts from a provider: only where the operator of the server has allowed it. */
export function OrdersPage() {
  const { t } = useTranslation('accounts', { keyPrefix: 'ordering' })
  const may = useCan('bd.accounts.purchase')
  return (
    <>
      <PageHeader
        lead={
          <Link to="/accounts" aria-label={t('back')} className={`${buttonCls('ghost', 'icon')} -ml-1.5`}>
            <ChevronLeft size={17} aria-hidden />
          </Link>
        }
        icon={ShoppingCart}
        title={t('title')}
      />
      <ScrollRegion label={t('title')} className="bg-sunken">
        <div className="mx-auto flex w-full max-w-[760px] flex-col gap-4 p-3 md:p-6">
          {may ? <Orders /> : <EmptyState icon={Lock} tone="gray" title={t('forbidden')} text={t('forbiddenText')} />}
        </div>
      </ScrollRegion>
    </>
  )
}

function Orders() {
  const { t } = useTranslation('accounts', { keyPrefix: 'ordering' })
  const q = useInfiniteQuery(ordersOptions())
  if (isOff(q.error)) return <Off />
  const items = q.data?.pages.flatMap((p) => p.items) ?? []
  return (
    <>
      <Notice kind="warning" title={t('legal')}>
        {t('legalText')}
      </Notice>
      <Suspense fallback={<Skeleton className="h-28" />}>{q.data && <OrderForm />}</Suspense>
      <Section title={t('list')} flush>
        {q.isPending ? (
          <Rows />
        ) : q.error && !q.data ? (
          <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
        ) : items.length === 0 ? (
          <EmptyState icon={PackageOpen} tone="gray" title={t('empty')} className="border-t border-line-soft py-8!" />
        ) : (
          <ul className="border-t border-line">
            {items.map((o) => (
              <Row key={o.id} order={o} />
            ))}
          </ul>
        )}
      </Section>
      {q.hasNextPage && (
        <Button className="self-center" onClick={() => void q.fetchNextPage()} busy={q.isFetchingNextPage}>
          {t('more')}
        </Button>
      )}
    </>
  )
}

function Off() {
  const { t } = useTranslation('accounts', { keyPrefix: 'ordering' })
  return (
    <EmptyState
      icon={Lock}
      tone="gray"
      title={t('off')}
      text={
        <>
          {t('offText')} <code className="font-mono text-xs">RAPPORT_ACCOUNT_ORDERS</code>
        </>
      }
      actions={
        <Link to="/accounts" search={{ connect: true }} className={buttonCls('primary', 'md')}>
          {t('offWay')}
        </Link>
      }
    />
  )
}

function Row({ order: o }: { order: AccountOrder }) {
  const { t, i18n } = useTranslation('accounts', { keyPrefix: 'ordering' })
  const { dateTime, money } = useFormat()
  return (
    <li className="flex min-h-14 items-center gap-3 border-b border-line-soft px-4 py-2.5 last:border-0 md:px-5">
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm font-medium">
          {t('accounts', { count: o.quantity })} · {countryName(o.country, i18n.language)}
        </span>
        <span className="block truncate text-xs text-subtle">
          {o.provider} · {dateTime(o.createdAt)}
        </span>
      </span>
      <span className="tabular shrink-0 text-sm">{money(toMajor(o.amountMinor, o.currency), o.currency)}</span>
      <Badge tone="blue" dot className="shrink-0">
        {o.status === 'placed' ? t('status.placed') : o.status}
      </Badge>
    </li>
  )
}

function Rows() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-busy aria-label={t('ui.loading')} className="border-t border-line">
      {['w-40', 'w-32', 'w-48'].map((w) => (
        <div key={w} className="flex h-14 items-center gap-3 border-b border-line-soft px-4 last:border-0 md:px-5">
          <Skeleton className={`h-3.5 ${w}`} />
          <Skeleton className="ml-auto h-5 w-20" />
        </div>
      ))}
    </div>
  )
}
