import type { Stage, Amount as StageAmount } from '@/api/gen/types.gen'
import { toMajor } from './money'
import type { Tools } from './tools'

/** What stands in a column and what of it is likely to come: one currency in sight, the others in the title. */
export function ColumnSums({ amounts, currency, stage, tools: { t, fmt } }: SumsProps & { stage: Stage }) {
  const all = ordered(amounts, currency)
  const first = all[0] ?? { currency, amountMinor: 0, weightedMinor: 0 }
  const show = (minor: number, code: string) => fmt.money(toMajor(minor, code), code, true)
  const more = all.length - 1
  return (
    <p
      className="tabular flex h-5 min-w-0 items-baseline gap-1.5 text-xs whitespace-nowrap text-muted"
      title={
        all.map((a) => `${show(a.amountMinor, a.currency)} (${show(a.weightedMinor, a.currency)})`).join('\n') ||
        undefined
      }
    >
      <span className="font-medium">{show(first.amountMinor, first.currency)}</span>
      {more > 0 && <span className="text-subtle">+{more}</span>}
      {stage.kind === 'open' && (
        <span className="min-w-0 truncate text-subtle">
          {t('column.weighted', { amount: show(first.weightedMinor, first.currency), percent: stage.probability })}
        </span>
      )}
    </p>
  )
}
type SumsProps = { amounts: readonly StageAmount[]; currency: string; tools: Tools }
const ordered = (amounts: readonly StageAmount[], currency: string) =>
  amounts
    .filter((a) => a.amountMinor > 0)
    .sort((a, b) => Number(b.currency === currency) - Number(a.currency === currency))
