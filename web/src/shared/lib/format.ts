// Cached Intl formatters. Components use `useFormat()`, which knows the language and the person's time zone.
type Formatter = Intl.NumberFormat | Intl.RelativeTimeFormat | Intl.DateTimeFormat | Intl.ListFormat
const cache = new Map<string, Formatter>()
function memo<T extends Formatter>(key: string, make: () => T): T {
  let v = cache.get(key) as T | undefined
  if (!v) {
    v = make()
    cache.set(key, v)
  }
  return v
}
type Instant = string | number | Date
const date = (kind: string, locale: string, timeZone: string | undefined, o: Intl.DateTimeFormatOptions) =>
  memo(`${kind}${locale}${timeZone}`, () => new Intl.DateTimeFormat(locale, { ...o, timeZone }))

export const num = (v: number, l: string) => memo(`n${l}`, () => new Intl.NumberFormat(l)).format(v)
/** `currency` is a code of ISO 4217; `short` is for sums that only have to be compared. */
export const money = (v: number, currency: string, l: string, short = false) =>
  memo(
    `m${short}${currency}${l}`,
    () =>
      new Intl.NumberFormat(l, {
        style: 'currency',
        currency,
        currencyDisplay: 'narrowSymbol',
        minimumFractionDigits: 0,
        ...(short ? { notation: 'compact', maximumFractionDigits: 1 } : {}),
      }),
  ).format(v)
export const percent = (v: number, l: string) =>
  memo(`p${l}`, () => new Intl.NumberFormat(l, { style: 'percent', maximumFractionDigits: 1 })).format(v)
export function bytes(v: number, l: string) {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
  const i = Math.min(units.length - 1, v < 1000 ? 0 : Math.floor(Math.log10(v) / 3))
  const unit = units[i] as (typeof units)[number]
  return memo(
    `b${unit}${l}`,
    () =>
      new Intl.NumberFormat(l, { style: 'unit', unit, unitDisplay: i ? 'short' : 'long', maximumFractionDigits: 1 }),
  ).format(v / 1000 ** i)
}
export const dayMonth = (t: Instant, l: string, tz?: string) =>
  date('dm', l, tz, { day: 'numeric', month: 'short' }).format(new Date(t))
export const day = (t: Instant, l: string, tz?: string) =>
  date('d', l, tz, { day: 'numeric', month: 'short', year: 'numeric' }).format(new Date(t))
export const dateTime = (t: Instant, l: string, tz?: string) =>
  date('dt', l, tz, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(t))
export const time = (t: Instant, l: string, tz?: string) => date('t', l, tz, { timeStyle: 'short' }).format(new Date(t))
export const list = (v: string[], l: string) => memo(`l${l}`, () => new Intl.ListFormat(l)).format(v)

/** `numeric: 'always'`: Russian “в прошлом месяце” does not fit a column. */
export function ago(t: Instant, now: number, l: string) {
  const f = memo(`r${l}`, () => new Intl.RelativeTimeFormat(l, { numeric: 'always', style: 'short' }))
  const m = (now - new Date(t).getTime()) / 60_000
  const far = Math.abs(m)
  if (far < 0.5) return memo(`rn${l}`, () => new Intl.RelativeTimeFormat(l, { numeric: 'auto' })).format(0, 'second')
  if (far < 60) return f.format(-Math.round(m), 'minute')
  if (far < 1440) return f.format(-Math.round(m / 60), 'hour')
  if (far < 43_200) return f.format(-Math.round(m / 1440), 'day')
  if (far < 525_600) return f.format(-Math.round(m / 43_200), 'month')
  return f.format(-Math.round(m / 525_600), 'year')
}
