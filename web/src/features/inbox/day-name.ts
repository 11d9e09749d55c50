/** A day as a thread names it: with the weekday, the year only when it is another one. */
const cache = new Map<string, Intl.DateTimeFormat>()
const PARTS = { weekday: 'long', day: 'numeric', month: 'long' } as const

export function dayName(at: string, locale: string, timeZone: string, now = Date.now()): string {
  const format = (o: Intl.DateTimeFormatOptions) => {
    const key = `${locale} ${timeZone} ${Object.keys(o).length}`
    const known = cache.get(key) ?? new Intl.DateTimeFormat(locale, { ...o, timeZone })
    cache.set(key, known)
    return known
  }
  const year = (t: string | number) => format({ year: 'numeric' }).format(new Date(t))
  return format(year(at) === year(now) ? PARTS : { ...PARTS, year: 'numeric' }).format(new Date(at))
}
