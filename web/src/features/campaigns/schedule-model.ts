import type { Forecast, ForecastAnswer, ForecastDay, Schedule, Window } from './types'

/** When a campaign writes. Pure. */
export const MOST_WINDOWS = 14
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/
const DAY = /^(\d{4}-)?\d{2}-\d{2}$/
export const isTime = (v: string) => TIME.test(v)
export const isDay = (v: string) => DAY.test(v)

/** Whether the server takes it. */
export const isWhole = (s: Schedule): boolean =>
  s.windows.length > 0 &&
  s.windows.every((w) => w.days.length > 0 && isTime(w.from) && isTime(w.to)) &&
  s.holidays.every(isDay) &&
  s.blackouts.every((b) => isDay(b.from) && isDay(b.to) && b.from <= b.to)

export function withDay(w: Window, day: number, on: boolean): Window {
  const days = w.days.filter((d) => d !== day)
  return { ...w, days: on ? [...days, day].sort((a, b) => a - b) : days }
}
export const withWindow = (s: Schedule, at: number, next: Window | null): Schedule => ({
  ...s,
  windows: next ? s.windows.with(at, next) : s.windows.toSpliced(at, 1),
})
/** Over midnight, a whole day when both are equal. */
export const spansMidnight = ({ from, to }: Window) => isTime(from) && isTime(to) && to <= from
export const withHoliday = (s: Schedule, day: string): Schedule =>
  isDay(day) && !s.holidays.includes(day) ? { ...s, holidays: [...s.holidays, day].sort() } : s

export const forecastOf = ({ forecast: f, ...rest }: ForecastAnswer): Forecast => ({
  ...rest,
  perDay: (f?.days ?? []).map(({ date, begins, followUps, capacity }) => ({
    day: date,
    first: begins,
    followUps,
    capacity,
  })),
  finishesOn: f?.finishesOn ?? null,
  leftOver: f?.leftOver ?? 0,
})

export type CalendarDay = { day: string; number: number; plan: ForecastDay | null; inMonth: boolean }
export type Month = { key: string; weeks: CalendarDay[][] }
const DAY_MS = 86_400_000
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 10)

/** The months from the first day to the last, in weeks from Monday on, each with what goes on its days. */
export function calendarOf(days: readonly ForecastDay[], most = 6): Month[] {
  const [first, last] = [days[0], days.at(-1)]
  if (!first || !last) return []
  const byDay = new Map(days.map((d) => [d.day, d]))
  const months: Month[] = []
  let [year, month] = [Number(first.day.slice(0, 4)), Number(first.day.slice(5, 7)) - 1]
  while (months.length < most) {
    const key = iso(Date.UTC(year, month, 1)).slice(0, 7)
    if (key > last.day.slice(0, 7)) break
    months.push({ key, weeks: weeksOf(year, month, byDay) })
    ;[year, month] = month === 11 ? [year + 1, 0] : [year, month + 1]
  }
  return months
}
function weeksOf(year: number, month: number, byDay: ReadonlyMap<string, ForecastDay>): CalendarDay[][] {
  const first = Date.UTC(year, month, 1)
  const begin = first - ((new Date(first).getUTCDay() + 6) % 7) * DAY_MS
  const weeks: CalendarDay[][] = []
  for (let at = begin; weeks.length === 0 || new Date(at).getUTCMonth() === month; at += 7 * DAY_MS) {
    const week = Array.from({ length: 7 }, (_, i) => {
      const date = new Date(at + i * DAY_MS)
      const day = iso(date.getTime())
      return { day, number: date.getUTCDate(), plan: byDay.get(day) ?? null, inMonth: date.getUTCMonth() === month }
    })
    weeks.push(week)
  }
  return weeks
}
export const sentOn = (d: ForecastDay | null) => (d ? d.first + d.followUps : 0)
/** How full a day is, in four steps beside none: the eye tells no more apart. */
export function levelOf(d: ForecastDay | null, most: number): 0 | 1 | 2 | 3 | 4 {
  const sent = sentOn(d)
  if (sent === 0 || most <= 0) return 0
  return Math.max(1, Math.ceil((Math.min(sent, most) / most) * 4)) as 1 | 2 | 3 | 4
}
/** Days on which all that could go does: accounts or pace are the limit. */
export const fullDays = (days: readonly ForecastDay[]) =>
  days.filter((d) => d.capacity > 0 && sentOn(d) >= d.capacity).length
