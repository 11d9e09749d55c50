import type { Board as PipelineBoard } from '@/api/gen/types.gen'
import { sumAmounts, toneOfStage } from './model'
import { toMajor } from './money'
import type { Tools } from './tools'

/** The pipeline as one line: as wide as there is money in each open stage. */
export function StageBar({ board, tools: { t, fmt } }: { board: PipelineBoard; tools: Tools }) {
  const { currency } = board.pipeline
  const parts = board.pipeline.stages.flatMap((s) => {
    const column = s.kind === 'open' ? board.columns.find((c) => c.stageId === s.id) : undefined
    const sum = column && sumAmounts([column], currency).find((a) => a.currency === currency)
    return sum ? { ...s, minor: sum.amountMinor } : []
  })
  if (parts.length === 0) return null
  const told = parts.map((s) => `${s.name}: ${fmt.money(toMajor(s.minor, currency), currency)}`)
  return (
    <div
      role="img"
      aria-label={t('bar', { parts: told.join(', ') })}
      className="flex shrink-0 gap-[3px] bg-sunken px-3.5 pt-3 pb-0.5"
    >
      {parts.map((s) => (
        <span
          key={s.id}
          data-tone={toneOfStage(s.color)}
          title={`${s.name}: ${fmt.money(toMajor(s.minor, currency), currency, true)}`}
          className="h-1 min-w-1 rounded-full bg-tone-solid"
          style={{ flex: s.minor }}
        />
      ))}
    </div>
  )
}
