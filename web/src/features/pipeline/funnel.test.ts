import { expect, it } from 'vitest'
import { board } from './fixtures'
import { funnelOf } from './funnel'

const b = (columns: Record<string, string>) => {
  const made = board(columns)
  const kinds: Record<string, 'won' | 'lost'> = { won: 'won', lost: 'lost' }
  const stages = made.pipeline.stages.map((s) => ({ ...s, kind: kinds[s.id] ?? s.kind }))
  return { ...made, pipeline: { ...made.pipeline, stages } }
}

it('a deal has passed every stage before its own; lost ones count for nothing', () => {
  const steps = funnelOf(b({ lead: 'abcd', next: 'ef', won: 'gh', lost: 'xyz' }))
  expect(steps.map((s) => [s.stage.id, s.here, s.reached, s.conversion])).toEqual([
    ['lead', 4, 8, null],
    ['next', 2, 4, 0.5],
    ['won', 2, 2, 0.5],
  ])
})
it('an empty board converts nothing', () => {
  expect(funnelOf(b({ lead: '', next: '' })).map((s) => s.conversion)).toEqual([null, null])
})
it('a stage that was won stands last, wherever its column is', () => {
  expect(funnelOf(b({ won: 'a', lead: 'b' })).map((s) => s.stage.id)).toEqual(['lead', 'won'])
})
