import type { Board, Stage } from '@/api/gen/types.gen'

/** How many deals came so far. Lost ones do not tell how far they had come, so they are left out. Pure. */
export type Step = {
  stage: Stage
  /** In this stage now. */
  here: number
  /** In this stage or a later one, won ones included. */
  reached: number
  /** Of those that reached the step before; null for the first one and where nobody did. */
  conversion: number | null
  /** Of what is in this stage, in the pipeline's currency. */
  minor: number
}
export function funnelOf({ pipeline, columns }: Board): Step[] {
  const inStage = (id: string) => columns.find((c) => c.stageId === id)
  const live = pipeline.stages.filter((s) => s.archivedAt === null && s.kind !== 'lost')
  const stages = [...live.filter((s) => s.kind === 'open'), ...live.filter((s) => s.kind === 'won')]
  let later = 0
  const steps = stages.toReversed().map((stage): Step => {
    const column = inStage(stage.id)
    const here = column?.total ?? 0
    later += here
    const minor = column?.amounts.find((a) => a.currency === pipeline.currency)?.amountMinor ?? 0
    return { stage, here, reached: later, conversion: null, minor }
  })
  return steps.toReversed().map((step, i, all) => {
    const before = all[i - 1]?.reached ?? 0
    return { ...step, conversion: before > 0 ? step.reached / before : null }
  })
}
