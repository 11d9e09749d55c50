import { expect, it } from 'vitest'
import { anEnrolment, NO_TOTALS } from './fixtures'
import { funnelOf, progressOf, rateOf, replyRate, sparkOf, stopsOf, turned, turnsOf } from './model'

it('is as far as contacts are through with it', () => {
  const totals = { ...NO_TOTALS, enrolled: 40, finished: 10, stopped: 6 }
  expect(progressOf({ totals })).toBe(0.4)
  expect(progressOf({ totals: NO_TOTALS })).toBe(0)
})
it('says no rate before anything went', () => {
  expect(rateOf(0, 0)).toBeNull()
  expect(replyRate(NO_TOTALS)).toBeNull()
})
it('counts replies by contacts, however many messages each has got', () => {
  const totals = { ...NO_TOTALS, enrolled: 10, sent: 30, replied: 5 }
  expect(replyRate(totals)).toBe(0.5)
  expect(replyRate({ ...totals, reached: 8 })).toBe(5 / 8)
  expect(replyRate({ ...totals, enrolled: 100, sent: 20 })).toBe(0.25)
})
it('tells the most frequent reason first, and none that there is not', () => {
  expect(stopsOf({ opted_out: 2, replied: 7, failed: 0 })).toEqual([
    { cause: 'replied', count: 7 },
    { cause: 'opted_out', count: 2 },
  ])
  expect(stopsOf({})).toEqual([])
})
it('draws a line where there is something to draw', () => {
  const day = (sent: number) => ({ day: '2026-03-01', sent, replied: 0, positive: 0 })
  expect(sparkOf([day(1), day(2)], 'sent')).toEqual([1, 2])
  expect(sparkOf([day(0), day(0)], 'sent')).toBeNull()
  expect(sparkOf([day(3)], 'sent')).toBeNull()
  expect(
    sparkOf(
      Array.from({ length: 30 }, (_, i) => day(i)),
      'sent',
    ),
  ).toHaveLength(14)
})
it('measures each part of the funnel against what was sent', () => {
  const parts = funnelOf({ sent: 50, delivered: 50, read: 25, replied: 5, positive: 1, failed: 0, optedOut: 0 })
  expect(parts.map((p) => p.share)).toEqual([1, 1, 0.5, 0.1, 0.02])
  expect(funnelOf({ ...NO_TOTALS }).every((p) => p.share === 0)).toBe(true)
})
it.each([
  ['waiting', null, ['pause', 'stop']],
  ['paused', null, ['resume', 'stop']],
  ['finished', null, []],
  ['stopped', 'replied', ['resume']],
  ['stopped', 'manual', ['resume']],
  ['stopped', 'opted_out', []],
] as const)('%s by %s may be turned to %j', (state, cause, turns) => {
  expect(turnsOf({ state, cause })).toEqual(turns)
})
it('shows what a turn makes of a contact', () => {
  const e = anEnrolment({ held: 'policy.day_cap', heldMessage: 'x' })
  expect(turned(e, 'stop', 'now')).toMatchObject({ state: 'stopped', cause: 'manual', endedAt: 'now', held: null })
  expect(turned(turned(e, 'stop', 'now'), 'resume', 'now')).toMatchObject({
    state: 'waiting',
    cause: null,
    endedAt: null,
  })
})
