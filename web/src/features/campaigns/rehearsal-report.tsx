import { useTranslation } from 'react-i18next'
import { TimeChart } from '@/shared/charts/charts'
import { useFormat } from '@/shared/session/use-format'
import { Notice } from '@/shared/ui/notice'
import { rateOf, VARIANT_TONES } from './model'
import { Bar, Fact, StopBar } from './parts'
import { MODE_ICONS } from './rehearsal-mode'
import { daysOfReport, lastDayOf, sumsOf } from './rehearsal-model'
import { messagesOf } from './steps-model'
import type { RehearsalMode, RehearsalReport, StepInput } from './types'

const COLUMNS = ['sent', 'read', 'replied', 'positive', 'optedOut', 'failed', 'floods'] as const
/** What would come of it: in all, and day by day. */
export default function Report({ report: r, steps }: { report: RehearsalReport; steps: readonly StepInput[] }) {
  const { t } = useTranslation('campaigns')
  const { num, percent, dayMonth } = useFormat()
  const sums = sumsOf(r)
  const days = daysOfReport(r)
  const last = lastDayOf(r)
  const noon = (d: string) => `${d}T12:00:00Z`
  const rate = (part: number, of: number) => {
    const x = rateOf(part, of)
    return x === null ? undefined : percent(x)
  }
  return (
    <section aria-label={t('rehearse.report')} className="flex flex-col gap-5">
      {r.mode && <Played mode={r.mode} />}
      <dl className="grid grid-cols-2 gap-4 rounded-lg bg-sunken p-4 sm:grid-cols-4">
        <Fact label={t('count.sent')} value={num(sums.sent)} note={t('rehearse.to', { count: sums.begins })} />
        <Fact label={t('count.replied')} value={num(sums.replied)} note={rate(sums.replied, sums.begins)} />
        <Fact label={t('count.optedOut')} value={num(sums.optedOut)} note={rate(sums.optedOut, sums.begins)} />
        <Fact label={t('rehearse.ends')} value={last ? dayMonth(noon(last)) : '—'} />
      </dl>
      {r.onTheWay > 0 && (
        <Notice kind={r.notBegun > 0 ? 'warning' : 'info'}>
          {t('rehearse.onTheWay', { count: r.onTheWay })}
          {r.notBegun > 0 && ` ${t('rehearse.notBegun', { count: r.notBegun })}`}
        </Notice>
      )}
      {days.length > 1 && (
        <TimeChart
          integers
          title={t('rehearse.chart')}
          labels={days.map(([d]) => dayMonth(noon(d)))}
          series={[
            { label: t('count.sent'), tone: 'blue', values: days.map(([, d]) => d.sent), area: true },
            { label: t('count.replied'), tone: 'violet', values: days.map(([, d]) => d.replied) },
          ]}
          format={num}
          height={200}
        />
      )}
      <div>
        <h3 className="mb-2 text-sm font-semibold">{t('rehearse.stops')}</h3>
        <StopBar stops={sums.stops} all />
      </div>
      <Variants report={r} steps={steps} />
      <section
        aria-label={t('rehearse.byDay')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled from the keyboard
        tabIndex={0}
        className="max-h-96 overflow-auto rounded-lg shadow-card"
      >
        <table className="w-full min-w-[560px] text-sm">
          <caption className="sr-only">{t('rehearse.byDay')}</caption>
          <thead className="sticky top-0 bg-sunken text-xs text-subtle">
            <tr>
              <th scope="col" className="h-8 px-3 text-left font-medium">
                {t('rehearse.day')}
              </th>
              {COLUMNS.map((c) => (
                <th key={c} scope="col" className="px-3 text-right font-medium whitespace-nowrap">
                  {t(`count.${c}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="tabular">
            {days.map(([d, x]) => (
              <tr key={d} className="border-t border-line-soft">
                <th scope="row" className="h-8 px-3 text-left font-normal whitespace-nowrap">
                  {dayMonth(noon(d))}
                </th>
                {COLUMNS.map((c) => (
                  <td key={c} className={`px-3 text-right ${x[c] === 0 ? 'text-subtle' : ''}`}>
                    {num(x[c])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  )
}

function Played({ mode }: { mode: RehearsalMode }) {
  const { t } = useTranslation('campaigns')
  const Icon = MODE_ICONS[mode]
  return (
    <p data-mode={mode} className="flex items-center gap-1.5 text-xs text-muted">
      <Icon size={13} aria-hidden className="shrink-0" />
      {t(`rehearse.played.${mode}`)}
    </p>
  )
}

function Variants({ report: r, steps }: { report: RehearsalReport; steps: readonly StepInput[] }) {
  const { t } = useTranslation('campaigns')
  const { percent, num } = useFormat()
  const tests = messagesOf(steps).filter((s) => s.action.variants.length > 1 && r.variants[s.id])
  if (tests.length === 0) return null
  return (
    <div className="flex flex-col gap-4">
      {tests.map((s) => (
        <div key={s.id}>
          <h3 className="mb-2 text-sm font-semibold">
            {t('steps.named', { n: steps.indexOf(s) + 1, kind: t('kind.message') })}
          </h3>
          <ul className="flex flex-col gap-2">
            {s.action.variants.map((v, i) => {
              const x = r.variants[s.id]?.[v.id]
              const rate = x ? rateOf(x.replied, x.sent) : null
              return (
                <li
                  key={v.id}
                  data-tone={VARIANT_TONES[i % VARIANT_TONES.length]}
                  className="grid grid-cols-[88px_minmax(0,1fr)_auto] items-center gap-3 text-sm"
                >
                  <span className="truncate">{t('variants.named', { name: v.name })}</span>
                  <Bar share={rate ?? 0} />
                  <span className="tabular text-right text-muted">
                    {rate === null ? '—' : percent(rate)}
                    <span className="ml-1.5 text-xs text-subtle">
                      {t('variants.ofSent', { count: x?.sent ?? 0, sent: num(x?.sent ?? 0) })}
                    </span>
                  </span>
                </li>
              )
            })}
          </ul>
        </div>
      ))}
    </div>
  )
}
