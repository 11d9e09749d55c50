import { dayOf, fromLocal, nextDay, toLocal } from './dates'

export type Later = 'hour' | 'evening' | 'tomorrow' | 'week'
const HOUR_MS = 3_600_000
/** When something may come back, by the clock of the person. */
export function laterTimes(now: number, timeZone: string): { id: Later; at: string }[] {
  const today = dayOf(now, timeZone)
  const hour = Number(toLocal(now, timeZone).slice(11, 13))
  const at = (day: string, time: string) => fromLocal(`${day}T${time}`, timeZone) ?? ''
  const weekday = new Date(`${today}T12:00:00Z`).getUTCDay()
  let monday = nextDay(today)
  for (let i = (weekday + 1) % 7; i !== 1; i = (i + 1) % 7) monday = nextDay(monday)
  return [
    { id: 'hour', at: new Date(now + HOUR_MS).toISOString() },
    ...(hour < 17 ? [{ id: 'evening' as const, at: at(today, '18:00') }] : []),
    { id: 'tomorrow', at: at(nextDay(today), '09:00') },
    // On Sunday that is tomorrow.
    ...(monday === nextDay(today) ? [] : [{ id: 'week' as const, at: at(monday, '09:00') }]),
  ]
}
