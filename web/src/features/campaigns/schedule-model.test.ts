import { expect, it } from 'vitest'
import {
  calendarOf,
  forecastOf,
  fullDays,
  isWhole,
  levelOf,
  spansMidnight,
  withDay,
  withHoliday,
  withWindow,
} from './schedule-model'
import { spansOf } from './schedule-words'
import { officeHours } from './steps-model'
import type { ForecastDay } from './types'

const day = (date: string, first: number, followUps = 0, capacity = 10): ForecastDay => ({
  day: date,
  first,
  followUps,
  capacity,
})
const hours = officeHours('Europe/Berlin')

it('is whole when there is a time at which something may go', () => {
  expect(isWhole(hours)).toBe(true)
  const [w] = hours.windows
  if (!w) throw new Error('no window')
  expect(isWhole(withWindow(hours, 0, null))).toBe(false)
  expect(isWhole(withWindow(hours, 0, { ...w, days: [] }))).toBe(false)
  expect(isWhole(withWindow(hours, 0, { ...w, from: '25:00' }))).toBe(false)
  expect(isWhole({ ...hours, blackouts: [{ from: '2026-05-02', to: '2026-05-01' }] })).toBe(false)
})
it('keeps days in order, each once', () => {
  const w = { days: [1, 5], from: '10:00', to: '18:00' }
  expect(withDay(w, 3, true).days).toEqual([1, 3, 5])
  expect(withDay(w, 5, true).days).toEqual([1, 5])
  expect(withDay(w, 5, false).days).toEqual([1])
})
it('goes on past midnight when it ends before it begins', () => {
  expect(spansMidnight({ days: [1], from: '22:00', to: '02:00' })).toBe(true)
  expect(spansMidnight({ days: [1], from: '10:00', to: '18:00' })).toBe(false)
})
it('takes a holiday once, of one year or of all', () => {
  const s = withHoliday(withHoliday(withHoliday(hours, '2026-05-01'), '01-01'), '01-01')
  expect(s.holidays).toEqual(['01-01', '2026-05-01'])
  expect(withHoliday(hours, 'tomorrow')).toBe(hours)
})
it('says weekdays as spans', () => {
  expect(spansOf([5, 1, 2, 3, 7])).toEqual([
    [1, 3],
    [5, 5],
    [7, 7],
  ])
})
it('foretells nothing while something is missing', () => {
  expect(forecastOf({ contacts: 3, forecast: null, senders: [] })).toMatchObject({ perDay: [], finishesOn: null })
})
it('lays days out by month, in weeks from Monday on', () => {
  const months = calendarOf([day('2026-02-27', 4), day('2026-03-02', 2, 3)])
  expect(months.map((m) => m.key)).toEqual(['2026-02', '2026-03'])
  const march = months[1]?.weeks ?? []
  expect(march[0]?.map((d) => d.number)).toEqual([23, 24, 25, 26, 27, 28, 1])
  expect(march[0]?.filter((d) => d.inMonth).map((d) => d.day)).toEqual(['2026-03-01'])
  expect(march[1]?.[0]).toMatchObject({ day: '2026-03-02', plan: { first: 2, followUps: 3 } })
  expect(march.every((w) => w.length === 7)).toBe(true)
  expect(march.flat().filter((d) => d.inMonth)).toHaveLength(31)
})
it('goes over the end of a year, and has a most', () => {
  expect(calendarOf([day('2026-12-31', 1), day('2027-01-04', 1)]).map((m) => m.key)).toEqual(['2026-12', '2027-01'])
  expect(calendarOf([day('2026-01-01', 1), day('2027-12-01', 1)], 3)).toHaveLength(3)
  expect(calendarOf([])).toEqual([])
})
it('shades days by what goes on them', () => {
  const level = (n: number) => levelOf(day('2026-03-02', n), 100)
  expect([0, 1, 25, 26, 75, 100].map(level)).toEqual([0, 1, 1, 2, 3, 4])
  expect(levelOf(null, 100)).toBe(0)
})
it('counts days on which there is no room left', () => {
  expect(fullDays([day('a', 10), day('b', 5, 5), day('c', 9), day('d', 0, 0, 0)])).toBe(2)
})
