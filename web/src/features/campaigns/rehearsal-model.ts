import type { RehearsalDay, RehearsalMode, RehearsalReport, StopCause } from './types'

/** What came of a rehearsal, as it is shown. Pure. */
export const MODES = ['quick', 'network'] as const satisfies readonly RehearsalMode[]
/** Contacts that can take part. */
export const MOST_PEOPLE: Record<RehearsalMode, number> = { quick: 2000, network: 200 }
/** By the code that sends where the whole audience can take part. */
export const usualMode = (audience: number | undefined): RehearsalMode =>
  audience !== undefined && audience <= MOST_PEOPLE.network ? 'network' : 'quick'

const NUMBERS = [
  ...['sent', 'begins', 'delivered', 'read', 'failed', 'replied', 'positive', 'negative', 'optedOut'],
  ...['autoReplies', 'floods', 'calledBack', 'tasks', 'moves', 'finished'],
] as (
  | 'sent'
  | 'begins'
  | 'delivered'
  | 'read'
  | 'failed'
  | 'replied'
  | 'positive'
  | 'negative'
  | 'optedOut'
  | 'autoReplies'
  | 'floods'
  | 'calledBack'
  | 'tasks'
  | 'moves'
  | 'finished'
)[]
export type Sums = Record<(typeof NUMBERS)[number], number> & {
  stops: Partial<Record<StopCause, number>>
  refused: Record<string, number>
}

export const daysOfReport = (r: RehearsalReport): [string, RehearsalDay][] =>
  Object.entries(r.days).sort(([a], [b]) => (a < b ? -1 : 1))
export function sumsOf(r: RehearsalReport): Sums {
  const sums = { ...Object.fromEntries(NUMBERS.map((n) => [n, 0])), stops: {}, refused: {} } as Sums
  for (const [, day] of daysOfReport(r)) {
    for (const n of NUMBERS) sums[n] += day[n] ?? 0
    add(sums.stops as Record<string, number>, day.stopped)
    add(sums.refused, day.refused)
  }
  return sums
}
function add(to: Record<string, number>, from: Partial<Record<string, number>> | undefined) {
  for (const [key, n] of Object.entries(from ?? {})) to[key] = (to[key] ?? 0) + (n ?? 0)
}
/** The day of the last message; null when some had still to be written to. */
export function lastDayOf(r: RehearsalReport): string | null {
  if (r.onTheWay > 0) return null
  return daysOfReport(r).findLast(([, d]) => d.sent > 0)?.[0] ?? null
}
