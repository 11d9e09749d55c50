import { expect, it } from 'vitest'
import { isSpan, NO_QUIET, overMidnight } from './quiet-model'

it('goes over midnight when it begins later than it ends', () => {
  expect(overMidnight(NO_QUIET)).toBe(true)
  expect(overMidnight({ from: '12:00', to: '13:30' })).toBe(false)
  expect(overMidnight({ from: '09:59', to: '10:00' })).toBe(false)
})
it('wants two different times', () => {
  expect([isSpan(NO_QUIET), isSpan({ from: '08:00', to: '08:00' }), isSpan({ from: '', to: '08:00' })]).toEqual([
    true,
    false,
    false,
  ])
})
