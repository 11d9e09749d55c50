import { expect, it } from 'vitest'
import type { Board, DealCard } from '@/api/gen/types.gen'
import { board, card } from './fixtures'
import { carried, dropPlace, indexInColumn, laneChange, lanesOf, neighbour, placeInLanes } from './lanes'
import { columnOf } from './model'

const vera = { id: 'v', name: 'Vera' }
const alex = { id: 'a', name: 'Alex' }
const withCards = (cards: Record<string, DealCard[]>): Board => {
  const b = board(Object.fromEntries(Object.keys(cards).map((k) => [k, ''])))
  const stages = b.pipeline.stages.map((s) => (s.id === 'won' ? { ...s, kind: 'won' as const } : s))
  const columns = b.columns.map((c) => ({ ...c, deals: cards[c.stageId] ?? [] }))
  return { ...b, columns, pipeline: { ...b.pipeline, stages } }
}
const b = withCards({
  lead: [
    card('1', 'lead', { owner: vera }),
    card('2', 'lead', { owner: alex }),
    card('3', 'lead', { owner: vera }),
    card('4', 'lead'),
  ],
  won: [card('5', 'won', { owner: vera, currency: 'USD' }), card('6', 'won', { owner: vera, amountMinor: null })],
})
const lanes = lanesOf(b, 'owner', 'en')

it('there is a lane for each owner, by name, and one for those without; their open deals are summed', () => {
  expect(lanes.map((l) => [l.name, l.deals, l.minor])).toEqual([
    ['Alex', 1, 100],
    ['Vera', 2, 200],
    [null, 1, 100],
  ])
  expect(lanes[1]?.cells.get('lead')?.map((d) => d.id)).toEqual(['1', '3'])
})
it('sources that differ in case only are one lane', () => {
  const by = lanesOf(
    withCards({ lead: [card('1', 'lead', { source: 'Fair' }), card('2', 'lead', { source: 'fair ' })] }),
    'source',
    'en',
  )
  expect(by.map((l) => [l.name, l.deals])).toEqual([['Fair', 2]])
})
it('a drop in a cell finds its place in the whole column', () => {
  const lead = columnOf(b, 'lead')
  const cell = lanes[1]?.cells.get('lead') ?? []
  if (!lead) throw new Error('lead')
  expect(indexInColumn(lead, cell, ['x'], 0)).toBe(0)
  expect(indexInColumn(lead, cell, ['x'], 1)).toBe(2)
  expect(indexInColumn(lead, cell, ['x'], 2)).toBe(3)
  expect(indexInColumn(lead, cell, ['3'], 2)).toBe(1)
  expect(indexInColumn(lead, [], ['x'], 0)).toBe(0)
})
it('a card takes over what its new lane stands for', () => {
  const [first, second, none] = lanes
  const moving = card('9', 'lead', { owner: alex })
  if (!first || !second || !none) throw new Error('lanes')
  expect(laneChange(moving, first, 'owner')).toBeNull()
  expect(laneChange(moving, second, 'owner')).toEqual({ owner: vera })
  expect(laneChange(moving, none, 'owner')).toEqual({ owner: null })
})
it('arrows walk through lanes and columns', () => {
  const to = (id: string, dx: number, dy: number) => neighbour(lanes, ['lead', 'won'], id, dx, dy)?.id
  expect([to('1', 0, 1), to('3', 0, 1), to('1', 0, -1), to('4', 0, 1)]).toEqual(['3', '4', '2', undefined])
  expect([to('3', 1, 0), to('6', -1, 0), to('2', 1, 0)]).toEqual(['6', '3', undefined])
})

it('arrows carry a card through its cell, then through the lanes', () => {
  const start = placeInLanes(lanes, '1')
  if (!start) throw new Error('a place')
  expect(start).toEqual({ lane: 'v', stageId: 'lead', among: 0 })
  const carry = (at: typeof start, dx: number, dy: number) => carried(lanes, ['lead', 'won'], ['1'], at, dx, dy)
  const below = carry(start, 0, 1)
  expect(below).toEqual({ lane: 'v', stageId: 'lead', among: 1 })
  expect(carry(below, 0, 1)).toEqual({ lane: '', stageId: 'lead', among: 0 })
  expect(carry(start, 0, -1)).toEqual({ lane: 'a', stageId: 'lead', among: 1 })
  expect(carry(start, 1, 0)).toEqual({ lane: 'v', stageId: 'won', among: 0 })
  expect(carry(start, -1, 0)).toEqual(start)
  expect(placeInLanes(lanes, 'nowhere')).toBeNull()
})
it('a place among those that stay is one among those shown', () => {
  const at = (among: number) => dropPlace(lanes, { lane: 'v', stageId: 'lead', among }, ['1'])
  expect([at(0), at(1)]).toEqual([
    { at: 1, total: 2 },
    { at: 2, total: 2 },
  ])
  expect(dropPlace(lanes, { lane: 'a', stageId: 'won', among: 0 }, ['1'])).toEqual({ at: 0, total: 1 })
})
