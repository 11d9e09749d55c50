import { Link } from '@tanstack/react-router'
import { ArrowDownRight, ArrowUpRight, Minus } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Count, DealAmount, Overview } from '@/api/gen/types.gen'
import { Sparkline } from '@/shared/charts/charts'
import { cn } from '@/shared/lib/cn'
import { toMajor } from '@/shared/lib/money'
import { useFormat } from '@/shared/session/use-format'
import { cardCls, tilesCls } from './card'
import { totalsByDay, trend } from './model'

const LAST_WEEK = { sort: '-createdAt', filter: { field: 'createdAt', op: 'gte', value: { daysAgo: 7 } } }

export function MetricTiles({ overview: { contacts, companies, addedByDay, deals } }: { overview: Overview }) {
  const { t } = useTranslation('dashboard')
  const { num } = useFormat()
  const total = (c: Count) => (c.totalIsEstimate ? '≈ ' : '') + num(c.total)
  return (
    <div className={tilesCls(deals !== null)}>
      <Tile
        to="/contacts"
        title={t('metric.contacts')}
        value={total(contacts)}
        note={<Added count={contacts.last7Days} />}
        graph={<Sparkline values={totalsByDay(contacts.total, addedByDay)} tone="blue" className="max-sm:hidden" />}
      />
      <Tile
        to="/companies"
        title={t('metric.companies')}
        value={total(companies)}
        note={<Added count={companies.last7Days} />}
      />
      <Tile
        to="/contacts"
        search={LAST_WEEK}
        title={t('metric.newContacts')}
        value={num(contacts.last7Days)}
        note={<Change count={contacts} />}
        graph={
          <Sparkline values={addedByDay.slice(-14).map((d) => d.contacts)} tone="violet" className="max-sm:hidden" />
        }
      />
      <Tile
        to="/companies"
        search={LAST_WEEK}
        title={t('metric.newCompanies')}
        value={num(companies.last7Days)}
        note={<Change count={companies} />}
        graph={<TwoWeeks count={companies} />}
      />
      {deals && (
        <>
          <Tile
            to="/pipeline"
            title={t('metric.openDeals')}
            value={num(deals.open)}
            note={<Worth amounts={deals.openAmounts} />}
          />
          <Tile
            to="/pipeline"
            title={t('metric.wonDeals')}
            value={num(deals.wonThisMonth)}
            note={<Worth amounts={deals.wonAmounts} />}
          />
        </>
      )}
    </div>
  )
}

type TileProps = {
  to: '/contacts' | '/companies' | '/pipeline'
  search?: object
  title: string
  value: string
  note: ReactNode
  graph?: ReactNode
}
/** A number that opens the list behind it. */
function Tile({ to, search, title, value, note, graph }: TileProps) {
  return (
    <Link to={to} search={(search ?? {}) as never} className={cn(cardCls, 'min-w-0 hover:shadow-card-hover')}>
      <span className="block truncate text-xs font-medium text-muted">{title}</span>
      <span className="mt-1.5 flex items-end justify-between gap-2">
        <span className="min-w-0">
          <span className="tabular block truncate text-2xl font-semibold tracking-[-0.02em]">{value}</span>
          <span className="tabular mt-0.5 flex min-h-4 items-center text-xs">{note}</span>
        </span>
        {graph}
      </span>
    </Link>
  )
}

/** Amounts of several currencies do not add up. */
function Worth({ amounts }: { amounts: readonly DealAmount[] }) {
  const { t } = useTranslation('dashboard')
  const { money } = useFormat()
  const texts = amounts.map((a) => money(toMajor(a.amountMinor, a.currency), a.currency, true))
  return <span className="truncate text-subtle">{texts.join(' · ') || t('metric.noAmount')}</span>
}

function Added({ count }: { count: number }) {
  const { t } = useTranslation('dashboard')
  return <span className="truncate text-subtle">{t('metric.added', { count })}</span>
}

function Change({ count }: { count: Count }) {
  const { t } = useTranslation('dashboard')
  const { percent, num } = useFormat()
  const change = trend(count)
  const before = (
    <span className="ml-1 truncate font-normal text-subtle">
      {t('metric.before', { value: num(count.previous7Days) })}
    </span>
  )
  if (change.kind === 'same')
    return (
      <span className="flex min-w-0 items-center gap-0.5 text-subtle">
        <Minus size={13} aria-hidden className="shrink-0" />
        {t('metric.same')}
      </span>
    )
  const up = change.kind !== 'down'
  const Arrow = up ? ArrowUpRight : ArrowDownRight
  return (
    <span className={cn('flex min-w-0 items-center gap-0.5 font-medium', up ? 'text-success' : 'text-danger')}>
      <Arrow size={13} aria-hidden className="shrink-0" />
      <span className="sr-only">{t(up ? 'metric.up' : 'metric.down')}</span>
      {change.kind === 'first' ? `+${num(count.last7Days)}` : percent(change.ratio)}
      {before}
    </span>
  )
}

/** The week before and this one, side by side: all that is known of companies by day. */
function TwoWeeks({ count: { last7Days, previous7Days } }: { count: Count }) {
  const most = Math.max(last7Days, previous7Days, 1)
  const height = (v: number) => Math.max(2, (v / most) * 27)
  return (
    <svg data-tone="amber" viewBox="0 0 44 30" aria-hidden className="h-[30px] w-11 max-sm:hidden">
      <rect
        x="4"
        width="14"
        rx="3"
        y={30 - height(previous7Days)}
        height={height(previous7Days)}
        fill="var(--tone-line)"
      />
      <rect x="24" width="14" rx="3" y={30 - height(last7Days)} height={height(last7Days)} fill="var(--tone-solid)" />
    </svg>
  )
}
