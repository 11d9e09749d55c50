import { expect, it } from 'vitest'
import { fromLocal, toLocal } from './dates'

it.each([
  ['2026-11-21T09:30', 'Europe/Moscow', '2026-11-21T06:30:00.000Z'],
  ['2026-07-01T00:00', 'America/New_York', '2026-07-01T04:00:00.000Z'],
  ['2026-03-29T12:00', 'Europe/Berlin', '2026-03-29T10:00:00.000Z'],
])('%s in %s is an instant and comes back', (local, zone, instant) => {
  expect(fromLocal(local, zone)).toBe(instant)
  expect(toLocal(instant, zone)).toBe(local)
})
it('what is no time is none', () => {
  expect(fromLocal('', 'UTC')).toBeNull()
  expect(fromLocal('2026-13-01T00:00', 'UTC')).toBeNull()
})
