import { useQuery } from '@tanstack/react-query'
import { CalendarRange, ChevronDown, ChevronLeft, ChevronRight } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Pipeline } from '@/api/gen/types.gen'
import { cn } from '@/shared/lib/cn'
import { useMediaQuery } from '@/shared/lib/use-media-query'
import { Button } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { IconButton } from '@/shared/ui/icon-button'
import { RefreshBar } from '@/shared/ui/progress'
import { ScrollRegion } from '@/shared/ui/scroll-region'
import { Skeleton } from '@/shared/ui/skeleton'
import { forecastOptions } from './api'
import {
  addMonths,
  barOf,
  heightOf,
  isMonth,
  MONTHS,
  monthName,
  monthOf,
  type Part,
  partsOf,
  type Sums,
  totalOf,
} from './forecast'
import { todayHere } from './model'
import { toMajor } from './money'
import { boardQuery, isAsked, NOTHING_ASKED } from './questions'
import type { PipelineSearch } from './search-params'
import { type Tools, useTools } from './tools'

const ForecastDeals = lazy(() => import('./forecast-deals'))

type ForecastProps = {
  pipeline: Pipeline
  search: PipelineSearch
  set: (patch: Partial<PipelineSearch>, push?: boolean) => void
  onOpen: (id: string) => void
}
/** What is expected to come, by month: bars above, the deals of each month below. */
export default function ForecastView({ pipeline, search, set, onOpen }: ForecastProps) {
  const tools = useTools()
  const { t } = tools
  const today = todayHere()
  const now = monthOf(today)
  const from = search.from ?? now
  const { filter } = boardQuery({ owner: search.owner, rotting: search.rotting, filter: search.filter })
  const q = useQuery(forecastOptions(pipeline.id, from, MONTHS, today, filter))
  const [open, setOpen] = useState<ReadonlySet<string> | null>(null)
  const currency = q.data?.currency ?? pipeline.currency
  const parts = q.data ? partsOf(q.data, from, MONTHS) : []
  // The first one that has deals is open from the start.
  const opened =
    open ??
    new Set(
      parts
        .filter((p) => p.deals > 0)
        .slice(0, 1)
        .map((p) => p.when),
    )
  const toggle = (when: string) =>
    setOpen(opened.has(when) ? new Set([...opened].filter((w) => w !== when)) : new Set(opened).add(when))
  const show = (when: string) => {
    setOpen(new Set(opened).add(when))
    requestAnimationFrame(() => {
      const head = document.getElementById(headId(when))
      head?.scrollIntoView({ block: 'start', behavior: 'smooth' })
      head?.focus({ preventScroll: true })
    })
  }
  const go = (to: string) => {
    setOpen(null)
    set({ from: to === now ? undefined : to }, true)
  }
  if (q.error && !q.data)
    return <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} className="m-auto" />
  const empty = q.data && parts.every((p) => p.deals === 0)
  return (
    <>
      <RefreshBar active={q.isFetching && !q.isPending} label={t('refreshing')} />
      <ScrollRegion label={t('view.forecast')} className="bg-sunken">
        <div className="mx-auto flex max-w-[1120px] flex-col gap-3 p-3 md:p-5">
          <section aria-label={t('forecast.title')} className="rounded-lg bg-card p-4 shadow-card md:p-5">
            <header className="flex flex-wrap items-center gap-x-6 gap-y-3">
              <div className="flex items-center gap-1">
                <IconButton label={t('forecast.earlier')} onClick={() => go(addMonths(from, -MONTHS))}>
                  <ChevronLeft size={16} />
                </IconButton>
                <h2 className="tabular text-sm font-semibold">
                  <Span from={from} />
                </h2>
                <IconButton label={t('forecast.later')} onClick={() => go(addMonths(from, MONTHS))}>
                  <ChevronRight size={16} />
                </IconButton>
                {from !== now && (
                  <Button variant="ghost" size="xs" onClick={() => go(now)}>
                    {t('forecast.now')}
                  </Button>
                )}
              </div>
              <Totals sums={totalOf(parts.filter(isMonth))} currency={currency} tools={tools} loading={!q.data} />
            </header>
            {q.data ? (
              <Bars parts={parts.filter(isMonth)} currency={currency} now={now} tools={tools} onPick={show} />
            ) : (
              <BarsSkeleton />
            )}
          </section>
          {empty ? (
            <EmptyState
              icon={CalendarRange}
              tone="gray"
              title={t(isAsked(search) ? 'nothing.title' : 'forecast.empty')}
              text={isAsked(search) ? undefined : t('forecast.emptyText')}
              actions={
                isAsked(search) && (
                  <Button size="md" onClick={() => set(NOTHING_ASKED, true)}>
                    {t('nothing.clear')}
                  </Button>
                )
              }
            />
          ) : q.data ? (
            parts.map((p) => (
              <PartSection
                key={p.when}
                part={p}
                open={opened.has(p.when)}
                currency={currency}
                tools={tools}
                onToggle={() => toggle(p.when)}
              >
                <Suspense>
                  <ForecastDeals when={p.when} count={p.deals} pipeline={pipeline} search={search} onOpen={onOpen} />
                </Suspense>
              </PartSection>
            ))
          ) : (
            ['a', 'b', 'c'].map((k) => <Skeleton key={k} className="h-12 rounded-lg" />)
          )}
        </div>
      </ScrollRegion>
    </>
  )
}
const headId = (when: string) => `forecast-${when}`
function Span({ from }: { from: string }) {
  const { i18n } = useTranslation()
  return `${monthName(from, i18n.language, 'long')} – ${monthName(addMonths(from, MONTHS - 1), i18n.language, 'long')}`
}

const LEGEND = [
  ['won', 'green'],
  ['likely', 'blue'],
  ['open', 'gray'],
] as const
type SumsProps = { sums: Sums; currency: string; tools: Tools }
function Totals({ sums, currency, tools: { t, fmt }, loading }: SumsProps & { loading: boolean }) {
  const value = { won: sums.wonMinor, likely: sums.weightedMinor, open: sums.minor }
  return (
    <dl className="tabular flex flex-wrap gap-x-6 gap-y-1 md:ml-auto">
      {LEGEND.map(([k, tone]) => (
        <div key={k} data-tone={tone} className="flex items-baseline gap-2">
          <span
            aria-hidden
            className={cn('size-2 self-center rounded-full', k === 'open' ? 'bg-tone-line' : 'bg-tone-solid')}
          />
          <dt className="text-xs text-subtle">{t(`forecast.${k}`)}</dt>
          <dd className="text-sm font-semibold">
            {loading ? <Skeleton className="h-3.5 w-12" /> : fmt.money(toMajor(value[k], currency), currency, true)}
          </dd>
        </div>
      ))}
    </dl>
  )
}

const compact = (v: number, locale: string) =>
  new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 0 }).format(v)
const BARS_H = 148
type BarsProps = { parts: readonly Part[]; currency: string; now: string; tools: Tools; onPick: (when: string) => void }
/** Each bar is a button: it leads to the deals of its month. */
function Bars({ parts, currency, now, tools: { t, fmt }, onPick }: BarsProps) {
  const { i18n } = useTranslation()
  const phone = useMediaQuery('(max-width: 639px)')
  // Under a bar as narrow as on a phone there is room for the number only.
  const short = (minor: number) => compact(toMajor(minor, currency), i18n.language)
  const most = Math.max(1, ...parts.map((p) => heightOf(p.sums)))
  const money = (minor: number) => fmt.money(toMajor(minor, currency), currency, true)
  return (
    <ul aria-label={t('forecast.bars')} className="mt-5 grid grid-flow-col auto-cols-fr gap-1 md:gap-3">
      {parts.map((p) => {
        const bar = barOf(p.sums)
        const px = (v: number) => (v > 0 ? Math.max(2, Math.round((v / most) * BARS_H)) : 0)
        return (
          <li key={p.when} className="min-w-0">
            <button
              type="button"
              onClick={() => onPick(p.when)}
              aria-label={t('forecast.bar', {
                month: monthName(p.when, i18n.language, 'long'),
                deals: t('table.count', { count: p.deals }),
                open: money(p.sums.minor),
                likely: money(p.sums.weightedMinor),
                won: money(p.sums.wonMinor),
              })}
              className="group flex w-full flex-col items-stretch rounded-md px-1 pt-1 pb-1.5 hover:bg-row-hover md:px-2"
            >
              <span className="tabular truncate text-center text-xs font-medium text-muted max-sm:text-2xs">
                {heightOf(p.sums) > 0 ? (phone ? short(heightOf(p.sums)) : money(heightOf(p.sums))) : '–'}
              </span>
              <span className="mt-1.5 flex flex-col justify-end gap-[2px]" style={{ height: BARS_H }}>
                {bar.rest > 0 && <Block tone="gray" faint height={px(bar.rest)} />}
                {bar.likely > 0 && <Block tone="blue" height={px(bar.likely)} />}
                {bar.won > 0 && <Block tone="green" height={px(bar.won)} />}
                {heightOf(p.sums) === 0 && <span className="h-[2px] rounded-full bg-line" />}
              </span>
              <span
                className={cn(
                  'mt-2 truncate text-center text-xs',
                  p.when === now ? 'font-semibold text-accent-text' : 'text-subtle',
                )}
              >
                {monthName(p.when, i18n.language, 'short')}
              </span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}
const Block = ({ tone, height, faint }: { tone: 'gray' | 'blue' | 'green'; height: number; faint?: boolean }) => (
  <span
    data-tone={tone}
    className={cn('mx-auto w-full max-w-16 rounded-sm', faint ? 'bg-tone-line' : 'bg-tone-solid')}
    style={{ height }}
  />
)
const BAR_HEIGHTS = [96, 132, 64, 110, 48, 80]
function BarsSkeleton() {
  const { t } = useTranslation()
  return (
    <div
      role="status"
      aria-busy
      aria-label={t('ui.loading')}
      className="mt-5 grid grid-flow-col auto-cols-fr gap-1 md:gap-3"
    >
      {BAR_HEIGHTS.map((h) => (
        <div key={h} className="flex flex-col items-center px-1 pt-1 pb-1.5">
          <Skeleton className="h-3.5 w-10" />
          <span className="mt-2 flex w-full max-w-16 flex-col justify-end" style={{ height: BARS_H }}>
            <span style={{ height: h }} className="flex">
              <Skeleton className="h-full w-full" />
            </span>
          </span>
          <Skeleton className="mt-2 h-3.5 w-8" />
        </div>
      ))}
    </div>
  )
}

type PartProps = {
  part: Part
  open: boolean
  currency: string
  tools: Tools
  onToggle: () => void
  children: React.ReactNode
}
function PartSection({ part, open, currency, tools, onToggle, children }: PartProps) {
  const { t, fmt } = tools
  const { i18n } = useTranslation()
  const { when, deals, sums, others } = part
  const name = when === 'none' || when === 'overdue' ? t(`forecast.${when}`) : monthName(when, i18n.language, 'long')
  const money = (minor: number) => fmt.money(toMajor(minor, currency), currency, true)
  const empty = deals === 0
  return (
    <section aria-label={name} className="overflow-hidden rounded-lg bg-card shadow-card">
      <h3>
        <button
          type="button"
          id={headId(when)}
          aria-expanded={open && !empty}
          disabled={empty}
          onClick={onToggle}
          className="flex min-h-12 w-full scroll-mt-3 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5 text-left outline-offset-[-2px] enabled:hover:bg-row-hover"
        >
          <ChevronDown
            size={14}
            aria-hidden
            className={cn(
              'shrink-0 text-subtle transition-transform',
              (!open || empty) && '-rotate-90',
              empty && 'opacity-0',
            )}
          />
          <span
            className={cn(
              'text-sm font-semibold',
              empty && 'font-medium text-subtle',
              when === 'overdue' && 'text-danger',
            )}
          >
            {name}
          </span>
          <span className="tabular text-xs text-subtle">{t('table.count', { count: deals })}</span>
          {!empty && (
            <span className="tabular flex flex-wrap items-baseline gap-x-4 text-xs text-subtle max-sm:w-full max-sm:pl-[26px] sm:ml-auto">
              {sums.wonMinor > 0 && (
                <span>
                  {t('forecast.won')} <b className="font-semibold text-success">{money(sums.wonMinor)}</b>
                </span>
              )}
              <span>
                {t('forecast.likely')} <b className="font-semibold text-fg">{money(sums.weightedMinor)}</b>
              </span>
              <span>
                {t('forecast.open')} <b className="font-semibold text-fg">{money(sums.minor)}</b>
              </span>
              {others > 0 && <span>{t('forecast.others', { count: others })}</span>}
            </span>
          )}
        </button>
      </h3>
      {open && !empty && children}
    </section>
  )
}
