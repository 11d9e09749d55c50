import { useTranslation } from 'react-i18next'
import type { DayCount } from '@/api/gen/types.gen'
import { TimeChart } from '@/shared/charts/charts'
import { cn } from '@/shared/lib/cn'
import { dayMonth } from '@/shared/lib/format'
import { useMediaQuery } from '@/shared/lib/use-media-query'
import { useFormat } from '@/shared/session/use-format'
import { cardCls } from './card'

export function ContactsChart({ days }: { days: readonly DayCount[] }) {
  const { t, i18n } = useTranslation('dashboard')
  const { num } = useFormat()
  const wide = useMediaQuery('(min-width: 1024px)')
  const values = days.map((d) => d.contacts)
  const sum = values.reduce((a, b) => a + b, 0)
  const most = Math.max(0, ...values)
  // A date, not an instant: it must not move to another day with the time zone.
  const label = (date: string) => dayMonth(`${date}T12:00:00Z`, i18n.language, 'UTC')
  const best = most > 0 ? days[values.indexOf(most)] : undefined
  return (
    <section className={cn(cardCls, 'flex min-w-0 flex-col')}>
      <div className="mb-3 flex flex-wrap items-baseline gap-x-3">
        <h3 className="font-semibold">{t('chart.title')}</h3>
        <p className="tabular text-xs text-subtle">
          {t('chart.sum', { count: sum })}
          {best && ` · ${t('chart.best', { day: label(best.date), value: num(most) })}`}
        </p>
      </div>
      <TimeChart
        title={`${t('chart.title')}. ${t('chart.sum', { count: sum })}`}
        labels={days.map((d) => label(d.date))}
        format={num}
        integers
        height={wide ? 348 : 232}
        series={[{ label: t('chart.contacts'), tone: 'blue', values, area: true }]}
      />
    </section>
  )
}
