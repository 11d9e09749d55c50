import type { Forecast, ForecastAmount, ForecastMonth } from '@/api/gen/types.gen'
import type { FilterNode } from '@/shared/lib/address'

/** What is expected to come, month by month. Pure. */
export const MONTHS = 6
export type Sums = { minor: number; weightedMinor: number; wonMinor: number }
/** `when`: a month as `2026-12`, those without a day, or those whose day has passed. */
export type Part = { when: string | 'none' | 'overdue'; deals: number; sums: Sums; others: number }

const nothing: Sums = { minor: 0, weightedMinor: 0, wonMinor: 0 }
const sumsIn = (amounts: readonly ForecastAmount[], currency: string): Sums =>
  amounts.find((a) => a.currency === currency) ?? nothing
function part(
  when: Part['when'],
  { deals, amounts }: Pick<ForecastMonth, 'deals' | 'amounts'>,
  currency: string,
): Part {
  const { minor, weightedMinor, wonMinor } = sumsIn(amounts, currency)
  const others = amounts.filter((a) => a.currency !== currency && a.minor + a.wonMinor > 0).length
  return { when, deals, sums: { minor, weightedMinor, wonMinor }, others }
}
/** Overdue ones first, then every month of the span, then those without a day. */
export function partsOf({ currency, months, overdue }: Forecast, from: string, count: number): Part[] {
  const span = Array.from({ length: count }, (_, i) => addMonths(from, i)).map((month) =>
    part(month, months.find((m) => m.month === month) ?? { deals: 0, amounts: [] }, currency),
  )
  const none = part('none', months.find((m) => m.month === null) ?? { deals: 0, amounts: [] }, currency)
  const late = part('overdue', overdue, currency)
  return [...(late.deals > 0 ? [late] : []), ...span, ...(none.deals > 0 ? [none] : [])]
}
export const isMonth = (p: Part) => p.when !== 'none' && p.when !== 'overdue'
export function totalOf(parts: readonly Part[]): Sums {
  return parts.reduce(
    (sum, { sums }) => ({
      minor: sum.minor + sums.minor,
      weightedMinor: sum.weightedMinor + sums.weightedMinor,
      wonMinor: sum.wonMinor + sums.wonMinor,
    }),
    nothing,
  )
}
/** What stands in a bar, from below: won, likely, and the rest of what is open. */
export function barOf({ minor, weightedMinor, wonMinor }: Sums) {
  return { won: wonMinor, likely: weightedMinor, rest: Math.max(0, minor - weightedMinor) }
}
export const heightOf = (s: Sums) => {
  const { won, likely, rest } = barOf(s)
  return won + likely + rest
}

export function addMonths(month: string, by: number): string {
  const [y = 0, m = 1] = month.split('-').map(Number)
  const at = y * 12 + m - 1 + by
  return `${String(Math.floor(at / 12)).padStart(4, '0')}-${String((at % 12) + 1).padStart(2, '0')}`
}
export const monthOf = (day: string) => day.slice(0, 7)
export function lastDayOf(month: string): string {
  const [y = 0, m = 1] = month.split('-').map(Number)
  return `${month}-${String(new Date(Date.UTC(y, m, 0)).getUTCDate()).padStart(2, '0')}`
}
/** Which deals a part counts, for the list of deals: open ones by the day they are expected, won ones by the day they were won. */
export function dealsIn(when: Part['when'], today: string): FilterNode[] {
  const open = { field: 'status', op: 'eq', value: 'open' }
  if (when === 'none') return [open, { field: 'expectedCloseOn', op: 'isEmpty' }]
  if (when === 'overdue') return [open, { field: 'expectedCloseOn', op: 'lt', value: today }]
  const [first, last] = [`${when}-01`, lastDayOf(when)]
  const won: FilterNode = {
    and: [
      { field: 'status', op: 'eq', value: 'won' },
      { field: 'wonAt', op: 'gte', value: `${first}T00:00:00Z` },
      { field: 'wonAt', op: 'lt', value: `${addMonths(when, 1)}-01T00:00:00Z` },
    ],
  }
  if (last < today) return [won]
  const due = { field: 'expectedCloseOn', op: 'between', value: [first < today ? today : first, last] }
  return [{ or: [{ and: [open, due] }, won] }]
}
const names = new Map<string, Intl.DateTimeFormat>()
export function monthName(month: string, locale: string, style: 'long' | 'short'): string {
  const key = `${locale}${style}`
  let f = names.get(key)
  if (!f) {
    const year = style === 'long' ? ({ year: 'numeric' } as const) : {}
    f = new Intl.DateTimeFormat(locale, { month: style, ...year, timeZone: 'UTC' })
    names.set(key, f)
  }
  const text = f.format(new Date(`${month}-15T12:00:00Z`)).replace(/\s*г\.$/, '')
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1)
}
