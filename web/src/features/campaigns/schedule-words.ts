import { useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Window } from './types'

/** Names of weekdays, from Monday (1) on, in the language of the page. */
export function useWeekdays(style: 'short' | 'long' = 'short'): (day: number) => string {
  const { i18n } = useTranslation()
  return useMemo(() => {
    const f = new Intl.DateTimeFormat(i18n.language, { weekday: style, timeZone: 'UTC' })
    // 2024-01-01 was a Monday.
    const names = Array.from({ length: 7 }, (_, i) => f.format(Date.UTC(2024, 0, 1 + i)))
    return (day) => names[day - 1] ?? ''
  }, [i18n.language, style])
}
/** Days as spans: 1, 2, 3, 5 is 1–3 and 5. */
export function spansOf(days: readonly number[]): [number, number][] {
  const spans: [number, number][] = []
  for (const day of [...new Set(days)].sort((a, b) => a - b)) {
    const last = spans.at(-1)
    if (last && last[1] === day - 1) last[1] = day
    else spans.push([day, day])
  }
  return spans
}
/** “Mon–Fri 10:00–18:00”. */
export function useWindowWords(): (windows: readonly Window[]) => string {
  const weekday = useWeekdays()
  return useCallback(
    (windows) =>
      windows
        .map((w) => {
          const days = spansOf(w.days).map(([a, b]) => (a === b ? weekday(a) : `${weekday(a)}–${weekday(b)}`))
          return `${days.join(', ')} ${w.from}–${w.to}`
        })
        .join('; '),
    [weekday],
  )
}
