import type { StageColor } from '@/api/gen/types.gen'
import { toneOfStage } from './model'

export function StageDot({ color }: { color: StageColor }) {
  return (
    <span className="grid size-3.5 shrink-0 place-items-center" aria-hidden>
      <span data-tone={toneOfStage(color)} className="size-2.5 rounded-full bg-tone-solid" />
    </span>
  )
}
