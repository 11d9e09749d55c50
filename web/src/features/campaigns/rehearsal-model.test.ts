import { expect, it } from 'vitest'
import { daysOfReport, lastDayOf, sumsOf, usualMode } from './rehearsal-model'
import { capacityOf, leftOf, perDay, readinessOf } from './senders-model'
import type { RehearsalDay, RehearsalReport, Sender } from './types'

const NOTHING: RehearsalDay = {
  ...{ sent: 0, begins: 0, firstContacts: 0, delivered: 0, read: 0, failed: 0, replied: 0, positive: 0, negative: 0 },
  ...{ optedOut: 0, autoReplies: 0, floods: 0, calledBack: 0, tasks: 0, moves: 0, finished: 0 },
  ...{ refused: {}, putOff: {}, stopped: {} },
}
const report = (days: Record<string, Partial<RehearsalDay>>, onTheWay = 0): RehearsalReport => ({
  days: Object.fromEntries(Object.entries(days).map(([d, x]) => [d, { ...NOTHING, ...x }])),
  variants: {},
  senders: {},
  onTheWay,
  notBegun: 0,
})

it('adds the days up, reason by reason', () => {
  const r = report({
    '2026-03-03': { sent: 2, stopped: { replied: 1 } },
    '2026-03-02': { sent: 5, replied: 1, stopped: { replied: 1, failed: 2 }, refused: { 'policy.day_cap': 3 } },
  })
  expect(daysOfReport(r).map(([d]) => d)).toEqual(['2026-03-02', '2026-03-03'])
  expect(sumsOf(r)).toMatchObject({
    sent: 7,
    replied: 1,
    stops: { replied: 2, failed: 2 },
    refused: { 'policy.day_cap': 3 },
  })
})
it('ends with the last message, unless somebody is still on the way', () => {
  const days = { '2026-03-02': { sent: 5 }, '2026-03-04': { sent: 1 }, '2026-03-06': { replied: 1 } }
  expect(lastDayOf(report(days))).toBe('2026-03-04')
  expect(lastDayOf(report(days, 3))).toBeNull()
})
it.each([
  [0, 'network'],
  [200, 'network'],
  [201, 'quick'],
  [undefined, 'quick'],
])('is usually played for %s contacts as %s', (count, mode) => {
  expect(usualMode(count)).toBe(mode)
})

const sender = (change: Partial<Sender> = {}): Sender => ({
  ...{ id: 'a1', name: 'Sales', network: 'telegram', status: 'connected', statusText: null, isConnected: true },
  ...{ mode: 'active', health: { score: 90 }, floodUntil: null },
  limits: { firstContactsPerDay: 30, messagesPerDay: 100 },
  usedToday: { firstContacts: 10, messages: 120 },
  ...change,
})
it('counts what accounts can take, and keeps a part for answers', () => {
  expect(perDay(sender())).toBe(30)
  expect(perDay(sender({ limits: { firstContactsPerDay: 90, messagesPerDay: 100 } }))).toBe(80)
  expect(leftOf(sender())).toEqual({ firstContacts: 20, messages: 0 })
  expect(capacityOf([sender(), sender({ id: 'b', mode: 'paused' }), sender({ id: 'c', status: 'flood_wait' })])).toBe(
    60,
  )
})
it.each([
  [{}, 'ready'],
  [{ mode: 'replies_only' as const }, 'paused'],
  [{ status: 'flood_wait' }, 'waits'],
  [{ status: 'disconnected', isConnected: false }, 'away'],
])('an account with %j is %s', (change, ready) => {
  expect(readinessOf(sender(change))).toBe(ready)
})
