import type { UseQueryResult } from '@tanstack/react-query'
import { CalendarClock } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { useFormat } from '@/shared/session/use-format'
import { Button } from '@/shared/ui/button'
import { ErrorState } from '@/shared/ui/error-state'
import { Notice } from '@/shared/ui/notice'
import { Skeleton } from '@/shared/ui/skeleton'
import { Fact } from './parts'
import { type CalendarDay, calendarOf, fullDays, levelOf, type Month, sentOn } from './schedule-model'
import { useWeekdays } from './schedule-words'
import type { Forecast } from './types'

/** What goes on which day if nobody answers, and when it ends. */
export function ForecastView({ query: q }: { query: UseQueryResult<Forecast> }) {
  const { t } = useTranslation('campaigns')
  return (
    <section aria-label={t('forecast.title')} className="border-t border-line-soft pt-4">
      <h3 className="flex items-center gap-2 text-sm font-semibold">
        <CalendarClock size={15} aria-hidden className="text-subtle" />
        {t('forecast.title')}
      </h3>
      {q.isPending ? (
        <Skeleton className="mt-3 h-64 rounded-lg!" />
      ) : q.error && !q.data ? (
        <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} className="py-6!" />
      ) : q.data && q.data.perDay.length > 0 ? (
        <div aria-busy={q.isPlaceholderData}>
          <Shown forecast={q.data} />
        </div>
      ) : (
        <p className="mt-2 text-sm text-muted">{t('forecast.empty')}</p>
      )}
    </section>
  )
}

const MONTHS = 2
function Shown({ forecast: f }: { forecast: Forecast }) {
  const { t } = useTranslation('campaigns')
  const { num, day, dayMonth } = useFormat()
  const [all, setAll] = useState(false)
  const messages = f.perDay.reduce((n, d) => n + sentOn(d), 0)
  const most = Math.max(0, ...f.perDay.map(sentOn))
  const months = calendarOf(f.perDay, 12)
  const full = fullDays(f.perDay)
  const noon = (d: string) => `${d}T12:00:00Z`
  return (
    <>
      <dl className="mt-3 grid grid-cols-2 gap-4 sm:grid-cols-4">
        <Fact label={t('forecast.contacts')} value={num(f.contacts)} />
        <Fact label={t('forecast.messages')} value={num(messages)} />
        <Fact label={t('forecast.most')} value={num(most)} />
        <Fact label={t('forecast.ends')} value={f.finishesOn ? dayMonth(noon(f.finishesOn)) : '—'} />
      </dl>
      {!f.finishesOn && (
        <Notice kind="warning" className="mt-3" title={t('forecast.noEnd')}>
          {t('forecast.noEndText')}
        </Notice>
      )}
      {f.finishesOn && full > 2 && (
        <p className="mt-3 text-xs text-muted">{t('forecast.full', { count: full, day: day(noon(f.finishesOn)) })}</p>
      )}
      <div className="mt-4 grid gap-5 sm:grid-cols-2">
        {(all ? months : months.slice(0, MONTHS)).map((m) => (
          <MonthTable key={m.key} month={m} most={most} />
        ))}
      </div>
      {months.length > MONTHS && !all && (
        <Button size="xs" variant="ghost" className="mt-2" onClick={() => setAll(true)}>
          {t('forecast.later', { count: months.length - MONTHS })}
        </Button>
      )}
    </>
  )
}

/** Light to full: the numbers say the same. */
const LEVELS = ['', '14%', '26%', '42%', '100%'] as const
function MonthTable({ month, most }: { month: Month; most: number }) {
  const { i18n } = useTranslation()
  const short = useWeekdays()
  const long = useWeekdays('long')
  const name = new Intl.DateTimeFormat(i18n.language, { month: 'long', year: 'numeric', timeZone: 'UTC' })
  return (
    <table className="w-full table-fixed border-separate border-spacing-0.5 text-center">
      <caption className="mb-1 px-0.5 text-left text-xs font-medium text-muted first-letter:uppercase">
        {name.format(new Date(`${month.key}-15T12:00:00Z`))}
      </caption>
      <thead>
        <tr>
          {[1, 2, 3, 4, 5, 6, 7].map((d) => (
            <th key={d} scope="col" abbr={long(d)} className="h-5 text-2xs font-normal text-subtle">
              {short(d)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {month.weeks.map((week) => (
          <tr key={week[0]?.day}>
            {week.map((d) => (d.inMonth ? <DayCell key={d.day} day={d} most={most} /> : <td key={d.day} />))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
function DayCell({ day: d, most }: { day: CalendarDay; most: number }) {
  const { t } = useTranslation('campaigns')
  const { num } = useFormat()
  const sent = sentOn(d.plan)
  const level = levelOf(d.plan, most)
  const dark = level === 4
  return (
    <td
      title={
        d.plan
          ? t('forecast.day', { first: num(d.plan.first), later: num(d.plan.followUps), most: num(d.plan.capacity) })
          : undefined
      }
      className={cn('relative h-10 rounded-sm align-top text-2xs', level === 0 && 'bg-sunken')}
    >
      {level > 0 && (
        <span aria-hidden className="absolute inset-0 rounded-sm bg-accent" style={{ opacity: LEVELS[level] }} />
      )}
      <span
        className={cn(
          'tabular relative block pt-0.5',
          dark ? 'text-accent-fg' : 'text-subtle',
          level > 0 && !dark && 'text-fg!',
        )}
      >
        {d.number}
      </span>
      {sent > 0 && (
        <span className={cn('tabular relative block text-xs font-semibold', dark ? 'text-accent-fg' : 'text-fg')}>
          {num(sent)}
        </span>
      )}
    </td>
  )
}
