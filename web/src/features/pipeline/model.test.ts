import { expect, it } from 'vitest'
import { board, card, shown } from './fixtures'
import {
  appendPage,
  columnOf,
  dropIndex,
  isOverdue,
  keepLoaded,
  moveCards,
  placesOf,
  putBack,
  sumAmounts,
  todayHere,
} from './model'

const b = () => board({ lead: 'abcd', next: 'xy', won: '' })

it('moves a card to another column and leaves the others as they are', () => {
  const before = b()
  const after = moveCards(before, { ids: ['b'], to: 'next', index: 1 })
  expect(shown(after)).toEqual({ lead: 'acd', next: 'xby', won: '' })
  expect(columnOf(after, 'won')).toBe(columnOf(before, 'won'))
  expect(columnOf(after, 'next')?.deals[1]).toMatchObject({ stageId: 'next', daysInStage: 0, rotting: false })
})
it('sums and counts follow', () => {
  const after = moveCards(b(), { ids: ['a', 'c'], to: 'won', index: 0 })
  expect(columnOf(after, 'won')).toMatchObject({ total: 2, amounts: [{ amountMinor: 200, weightedMinor: 100 }] })
  expect(columnOf(after, 'lead')).toMatchObject({ total: 2, amounts: [{ amountMinor: 200, weightedMinor: 100 }] })
})
it('a move within a column changes the order and nothing else', () => {
  const before = b()
  const after = moveCards(before, { ids: ['a'], to: 'lead', index: 2 })
  expect(shown(after)['lead']).toBe('bcad')
  expect(columnOf(after, 'lead')?.amounts).toEqual(columnOf(before, 'lead')?.amounts)
  expect(columnOf(after, 'lead')?.deals[2]?.rotting).toBe(true)
})
it('several cards keep the order they were chosen in', () => {
  expect(shown(moveCards(b(), { ids: ['d', 'y', 'a'], to: 'next', index: 9 }))).toEqual({
    lead: 'bc',
    next: 'xdya',
    won: '',
  })
})
it('a drop before a card counts those that stay', () => {
  const lead = columnOf(b(), 'lead')
  expect(lead && [dropIndex(lead, ['a'], 3), dropIndex(lead, ['d'], 1), dropIndex(lead, ['a', 'b'], 4)]).toEqual([
    2, 1, 2,
  ])
})
it('an unknown card or column changes nothing', () => {
  const before = b()
  expect(moveCards(before, { ids: ['?'], to: 'next', index: 0 })).toBe(before)
  expect(moveCards(before, { ids: ['a'], to: '?', index: 0 })).toBe(before)
})
it.each([
  [['a', 'b'], 'next', 1],
  [['c', 'x'], 'won', 0],
  [['d', 'a', 'y'], 'lead', 1],
  [['x', 'y'], 'next', 0],
] as const)('putting %j back from %s restores the board', (ids, to, index) => {
  const before = b()
  const places = placesOf(before, ids)
  const restored = putBack(moveCards(before, { ids, to, index }), places)
  expect(shown(restored)).toEqual(shown(before))
  expect(restored.columns.map((c) => [c.total, c.amounts[0]?.amountMinor ?? 0])).toEqual(
    before.columns.map((c) => [c.total, c.amounts[0]?.amountMinor ?? 0]),
  )
})
it('a page does not bring a card twice', () => {
  const more = appendPage(b(), 'next', { deals: [card('a', 'next'), card('z', 'next')], nextCursor: 'c' })
  expect(shown(more)['next']).toBe('xyz')
  expect(columnOf(more, 'next')?.nextCursor).toBe('c')
})
it('sums go by currency, that of the pipeline first', () => {
  const amounts = (currency: string, amountMinor: number) => ({ currency, amountMinor, weightedMinor: amountMinor / 2 })
  const sums = sumAmounts(
    [{ amounts: [amounts('USD', 10), amounts('EUR', 4)] }, { amounts: [amounts('USD', 6), amounts('RUB', 0)] }],
    'EUR',
  )
  expect(sums).toEqual([amounts('EUR', 4), amounts('USD', 16)])
})

it('what was loaded of a long column stays when its beginning is read again', () => {
  const loaded = board({ lead: 'abcdef', next: 'xy' })
  const first = board({ lead: 'bc', next: 'xya' })
  const fresh = { ...first, columns: first.columns.map((c) => (c.stageId === 'lead' ? { ...c, nextCursor: 'k' } : c)) }
  expect(shown(keepLoaded(loaded, fresh))).toEqual({ lead: 'bcdef', next: 'xya' })
  expect(columnOf(keepLoaded(loaded, fresh), 'lead')?.nextCursor).toBeNull()
  expect(shown(keepLoaded(loaded, first))).toEqual({ lead: 'bc', next: 'xya' })
  expect(keepLoaded(undefined, fresh)).toBe(fresh)
})

it('an open deal is overdue from the day after', () => {
  const due = (expectedCloseOn: string | null) => card('a', 'lead', { expectedCloseOn })
  const today = todayHere(new Date(2026, 2, 9, 23, 59))
  expect(today).toBe('2026-03-09')
  expect([due('2026-03-08'), due('2026-03-09'), due(null)].map((d) => isOverdue(d, 'open', today))).toEqual([
    true,
    false,
    false,
  ])
  expect(isOverdue(due('2026-03-08'), 'won', today)).toBe(false)
})
