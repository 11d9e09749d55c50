export type Sample = { at: number; rows: number; progress: number }
export type Pace = { perSecond: number | null; secondsLeft: number | null }

const WINDOW_MS = 6000
const MIN_MS = 900
/** Keeps the last seconds only, so that the speed is that of now. A smaller progress means another run. */
export function addSample(samples: readonly Sample[], s: Sample): Sample[] {
  const last = samples.at(-1)
  if (last && (s.progress < last.progress || s.rows < last.rows)) return [s]
  const kept = samples.filter((x) => s.at - x.at <= WINDOW_MS)
  // One older sample stays as the start of the window when polls were sparse.
  if (kept.length === 0 && last) kept.push(last)
  return [...kept, s]
}

/** Nothing is said before there is about a second to judge by, or while nothing moves. */
export function pace(samples: readonly Sample[]): Pace {
  const a = samples[0]
  const b = samples.at(-1)
  if (!a || !b || b.at - a.at < MIN_MS) return { perSecond: null, secondsLeft: null }
  const seconds = (b.at - a.at) / 1000
  const moved = b.progress - a.progress
  return {
    perSecond: (b.rows - a.rows) / seconds,
    secondsLeft: moved > 0 && b.progress < 1 ? ((1 - b.progress) * seconds) / moved : null,
  }
}

export type Duration = { unit: 'second' | 'minute' | 'hour'; value: number }
/** One unit is enough for “about”: 40 seconds, 3 minutes, 1.5 hours. Small numbers are rounded up to fives. */
export function roughly(seconds: number): Duration {
  if (seconds < 10) return { unit: 'second', value: Math.max(1, Math.ceil(seconds)) }
  if (seconds < 90) return { unit: 'second', value: Math.ceil(seconds / 5) * 5 }
  if (seconds < 90 * 60) return { unit: 'minute', value: Math.round(seconds / 60) }
  return { unit: 'hour', value: Math.round(seconds / 360) / 10 }
}
