import { expect, it } from 'vitest'
import { delay, nextStep } from './backoff'

it('waits longer each time, with jitter, up to half a minute', () => {
  expect([0, 1, 2, 10].map((n) => delay(n, 1))).toEqual([1000, 2000, 4000, 30_000])
  expect([0, 1, 2, 10].map((n) => delay(n, 0))).toEqual([500, 1000, 2000, 15_000])
})
it('asks for the session when it may be over', () => {
  expect(nextStep('session.revoked', 0, 1)).toEqual({ kind: 'askSession', afterMs: 1000 })
  expect(nextStep('auth.required', 3, 1)).toEqual({ kind: 'askSession', afterMs: 8000 })
})
it('lets others have the line until it is looked at again', () => {
  expect(nextStep('connections.too_many', 0)).toEqual({ kind: 'whenSeen' })
})
it('comes back soon after a restart, and late after having sent too much', () => {
  expect(nextStep('server.closing', 0, 1)).toEqual({ kind: 'again', afterMs: 1000 })
  expect(nextStep('transport', 1, 1)).toEqual({ kind: 'again', afterMs: 2000 })
  expect(nextStep('rate.limited', 0, 1)).toEqual({ kind: 'again', afterMs: 61_000 })
})
