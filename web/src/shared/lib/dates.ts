/** Days of a person's time zone ↔ instants. */
function offsetMs(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at)
  const n = (type: string) => Number(parts.find((p) => p.type === type)?.value)
  const wall = Date.UTC(n('year'), n('month') - 1, n('day'), n('hour'), n('minute'), n('second'))
  return wall - Math.floor(at / 1000) * 1000
}
/** `2026-03-29` → the instant that day begins there. */
export function startOfDay(day: string, timeZone: string): string {
  const utc = Date.parse(`${day}T00:00:00Z`)
  const guess = utc - offsetMs(utc, timeZone)
  return new Date(utc - offsetMs(guess, timeZone)).toISOString()
}
export function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)
}
/** The last millisecond of the day: `between` takes both ends in. */
export function endOfDay(day: string, timeZone: string): string {
  return new Date(Date.parse(startOfDay(nextDay(day), timeZone)) - 1).toISOString()
}
/** An instant → its day there, as date inputs take it. */
export function dayOf(instant: string | number, timeZone: string): string {
  const at = new Date(instant).getTime()
  return new Date(at + offsetMs(at, timeZone)).toISOString().slice(0, 10)
}
/** An instant → how the clock stands there, as inputs take it: `2026-03-29T09:30`. */
export function toLocal(instant: string | number, timeZone: string): string {
  const at = new Date(instant).getTime()
  return new Date(at + offsetMs(at, timeZone)).toISOString().slice(0, 16)
}
/** The instant at which the clock stands so there; null for what is no time. */
export function fromLocal(local: string, timeZone: string): string | null {
  const utc = Date.parse(`${local}Z`)
  if (Number.isNaN(utc)) return null
  const guess = utc - offsetMs(utc, timeZone)
  return new Date(utc - offsetMs(guess, timeZone)).toISOString()
}
