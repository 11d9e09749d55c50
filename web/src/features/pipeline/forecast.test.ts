import { expect, it } from 'vitest'
import type { Forecast } from '@/api/gen/types.gen'
import { addMonths, barOf, dealsIn, heightOf, lastDayOf, monthName, partsOf, totalOf } from './forecast'

const eur = (minor: number, weightedMinor: number, wonMinor: number) => ({
  currency: 'EUR',
  minor,
  weightedMinor,
  wonMinor,
})
const usd = { currency: 'USD', minor: 5, weightedMinor: 1, wonMinor: 0 }
const forecast: Forecast = {
  currency: 'EUR',
  months: [
    { month: '2026-12', deals: 2, amounts: [usd, eur(300, 100, 50)] },
    { month: null, deals: 1, amounts: [eur(40, 10, 0)] },
  ],
  overdue: { deals: 0, amounts: [] },
}
it('has every month of the span, and only what there is besides', () => {
  const parts = partsOf(forecast, '2026-11', 3)
  expect(parts.map((p) => [p.when, p.deals, p.others])).toEqual([
    ['2026-11', 0, 0],
    ['2026-12', 2, 1],
    ['2027-01', 0, 0],
    ['none', 1, 0],
  ])
  const late = partsOf({ ...forecast, overdue: { deals: 3, amounts: [] } }, '2026-11', 1)
  expect(late[0]).toMatchObject({ when: 'overdue', deals: 3 })
  expect(totalOf(parts)).toEqual({ minor: 340, weightedMinor: 110, wonMinor: 50 })
})
it('a bar holds what is won, what is likely, and the rest', () => {
  expect(barOf(eur(300, 100, 50))).toEqual({ won: 50, likely: 100, rest: 200 })
  expect(heightOf(eur(300, 100, 50))).toBe(350)
})
it('counts in months', () => {
  expect([addMonths('2026-12', 1), addMonths('2026-01', -1), addMonths('2026-06', 18)]).toEqual([
    '2027-01',
    '2025-12',
    '2027-12',
  ])
  expect([lastDayOf('2026-02'), lastDayOf('2028-02'), lastDayOf('2026-12')]).toEqual([
    '2026-02-28',
    '2028-02-29',
    '2026-12-31',
  ])
})
it('asks for the deals of a month by its days', () => {
  const asked = (month: string) => JSON.stringify(dealsIn(month, '2026-11-21'))
  // What has passed of this month is overdue.
  expect(asked('2026-11')).toContain('["2026-11-21","2026-11-30"]')
  expect(asked('2026-12')).toContain('["2026-12-01","2026-12-31"]')
  expect(asked('2026-12')).toContain('"2027-01-01T00:00:00Z"')
  expect(asked('2026-10')).not.toContain('expectedCloseOn')
  expect(dealsIn('overdue', '2026-11-21').at(-1)).toMatchObject({ op: 'lt', value: '2026-11-21' })
})
it('names months as people do', () => {
  expect(monthName('2026-12', 'en', 'long')).toBe('December 2026')
  expect(monthName('2026-12', 'ru', 'long')).toBe('Декабрь 2026')
  expect(monthName('2026-12', 'en', 'short')).toBe('Dec')
})
