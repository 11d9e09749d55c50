import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { TimeChart } from '@/shared/charts/charts'
import { useFormat } from '@/shared/session/use-format'
import { ErrorState } from '@/shared/ui/error-state'
import { AccountLoad } from './account-load'
import { statsOptions } from './api'
import type { CampaignChanges } from './changes'
import { Funnel } from './funnel'
import { rateOf, replyRate, stopsOf } from './model'
import type { Search } from './page-parts'
import { TabSkeleton } from './page-parts'
import { Bar, StopBar } from './parts'
import type { CampaignSearch } from './search-params'
import type { Campaign, Stats } from './types'

const cardCls = 'rounded-lg bg-card p-4 shadow-card md:p-5'
type TabProps = { campaign: Campaign; changes: CampaignChanges } & Pick<Search, 'onSearch'>
/** The numbers, from events: each leads to the contacts behind it. */
export default function OverviewTab({ campaign: c, changes }: TabProps) {
  const { t } = useTranslation('campaigns')
  const q = useQuery(statsOptions(c.id))
  if (q.isPending) return <TabSkeleton />
  if (q.error && !q.data) return <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
  const s = q.data
  if (!s) return null
  return (
    <>
      <Tiles id={c.id} stats={s} />
      <section aria-label={t('funnel.title')} className={cardCls}>
        <h2 className="text-base font-semibold">{t('funnel.title')}</h2>
        <p className="mt-0.5 text-sm text-muted">{t('funnel.text')}</p>
        <Funnel campaign={c} stats={s} changes={changes} />
      </section>
      <Days stats={s} />
      <div className="grid gap-3 md:gap-5 lg:grid-cols-2">
        <AccountLoad campaign={c} stats={s} changes={changes} />
        <div className="flex flex-col gap-3 md:gap-5">
          <section aria-label={t('stopped.title')} className={cardCls}>
            <h2 className="mb-3 text-base font-semibold">{t('stopped.title')}</h2>
            <StopBar stops={s.stops} all />
            {stopsOf(s.stops).some((x) => x.cause === 'replied') && (
              <ToContacts id={c.id} search={{ cause: 'replied' }}>
                {t('stopped.replies')}
              </ToContacts>
            )}
          </section>
          <Held id={c.id} stats={s} />
        </div>
      </div>
    </>
  )
}

function ToContacts({ id, search, children }: { id: string; search: CampaignSearch; children: ReactNode }) {
  return (
    <Link
      to="/campaigns/$id"
      params={{ id }}
      search={{ tab: 'contacts', ...search }}
      className="mt-3 inline-flex min-h-6 items-center text-sm text-accent-text underline-offset-2 hover:underline any-pointer-coarse:min-h-10"
    >
      {children}
    </Link>
  )
}

function Tiles({ id, stats: { totals } }: { id: string; stats: Stats }) {
  const { t } = useTranslation('campaigns')
  const { num, percent } = useFormat()
  const share = (n: number, of: number) => {
    const x = rateOf(n, of)
    return x === null ? '' : percent(x)
  }
  const replies = replyRate(totals)
  const tiles: { key: string; value: number; note: string; search: CampaignSearch }[] = [
    {
      key: 'enrolled',
      value: totals.enrolled,
      note: t('onTheWay', { count: totals.waiting + totals.sending + totals.paused }),
      search: {},
    },
    {
      key: 'sent',
      value: totals.sent,
      note: t('deliveredOf', { share: share(totals.delivered, totals.sent) || '—' }),
      search: {},
    },
    {
      key: 'replied',
      value: totals.replied,
      note: replies === null ? '—' : percent(replies),
      search: { cause: 'replied' },
    },
    {
      key: 'positive',
      value: totals.positive,
      note: t('ofReplies', { share: share(totals.positive, totals.replied) || '—' }),
      search: { cause: 'replied' },
    },
    {
      key: 'optedOut',
      value: totals.optedOut,
      note: share(totals.optedOut, totals.enrolled) || '—',
      search: { cause: 'opted_out' },
    },
    {
      key: 'failed',
      value: totals.failed,
      note: share(totals.failed, totals.sent) || '—',
      search: { cause: 'failed' },
    },
  ]
  return (
    <ul aria-label={t('totals')} className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-6">
      {tiles.map((x) => (
        <li key={x.key} className="min-w-0">
          <Link
            to="/campaigns/$id"
            params={{ id }}
            search={{ tab: 'contacts', ...x.search }}
            className="block rounded-lg bg-card p-4 shadow-card hover:shadow-card-hover"
          >
            <span className="block truncate text-xs font-medium text-muted">{t(`count.${x.key as 'sent'}`)}</span>
            <span data-total={x.key} className="tabular mt-1 block truncate text-2xl font-semibold tracking-[-0.02em]">
              {num(x.value)}
            </span>
            <span className="tabular mt-0.5 block truncate text-xs text-subtle">{x.note}</span>
          </Link>
        </li>
      ))}
    </ul>
  )
}

function Days({ stats: { days } }: { stats: Stats }) {
  const { t } = useTranslation('campaigns')
  const { num, dayMonth } = useFormat()
  if (days.length < 2) return null
  return (
    <section aria-label={t('byDay')} className={cardCls}>
      <h2 className="mb-3 text-base font-semibold">{t('byDay')}</h2>
      <TimeChart
        integers
        title={t('byDay')}
        labels={days.map((d) => dayMonth(`${d.day}T12:00:00Z`))}
        series={[
          { label: t('count.sent'), tone: 'blue', values: days.map((d) => d.sent), area: true },
          { label: t('count.replied'), tone: 'violet', values: days.map((d) => d.replied) },
          { label: t('count.positive'), tone: 'green', values: days.map((d) => d.positive) },
        ]}
        format={num}
        height={200}
      />
    </section>
  )
}

/** Why nothing goes to some, by reason. */
function Held({ id, stats: { refusals } }: { id: string; stats: Stats }) {
  const { t } = useTranslation('campaigns')
  if (refusals.length === 0) return null
  const most = Math.max(...refusals.map((r) => r.count))
  return (
    <section aria-label={t('whyNot.title')} className={cardCls}>
      <h2 className="mb-3 text-base font-semibold">{t('whyNot.title')}</h2>
      <ul className="flex flex-col gap-2.5">
        {refusals.map((r) => (
          <li key={r.code} data-tone="amber" className="text-sm">
            <div className="flex gap-3">
              <span className="min-w-0 flex-1">{r.message}</span>
              <span className="tabular shrink-0 font-medium">{t('people', { count: r.count })}</span>
            </div>
            <Bar share={r.count / most} className="mt-1 h-1.5!" />
          </li>
        ))}
      </ul>
      <ToContacts id={id} search={{ state: 'waiting' }}>
        {t('whyNot.who')}
      </ToContacts>
    </section>
  )
}
