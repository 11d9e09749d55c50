import { i18n, loadTexts } from '@/shared/i18n'
import type { Option } from '@/shared/ui/select'
import { cityOf, named } from './city'

export type Zone = { id: string; city: string; region: string; offset: string; minutes: number; find: string }

/** Nothing where the browser does not know the zone: the server may have heard of a newer one. */
function part(now: Date, locale: string, timeZone: string, name: 'shortOffset' | 'longGeneric') {
  try {
    const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: name }).formatToParts(now)
    return parts.find((p) => p.type === 'timeZoneName')?.value ?? ''
  } catch {
    return ''
  }
}
/** `GMT+5:30` → 330. */
export function offsetMinutes(offset: string): number {
  const m = /([+-])(\d{1,2})(?::(\d{2}))?/.exec(offset)
  return m ? (m[1] === '+' ? 1 : -1) * (Number(m[2]) * 60 + Number(m[3] ?? 0)) : 0
}
/** The offset that holds in a zone today: `GMT+2`, `GMT` for none. */
export const offsetNow = (timeZone: string, now = new Date()) =>
  part(now, 'en', timeZone, 'shortOffset').replace(/^GMT[+-]0$/, 'GMT')

export function zoneOf(id: string, locale: string, now = new Date()): Zone {
  const [area = '', ...rest] = id.split('/')
  const plain = (rest.at(-1) ?? area).replaceAll('_', ' ')
  const city = cityOf(id, locale)
  const region = rest.length ? (named('region', area, locale) ?? area) : ''
  const offset = offsetNow(id, now)
  const long = part(now, locale, id, 'longGeneric')
  const words = [id, plain, city, region, long, offset, offset.replace('GMT', 'UTC')]
  const find = words.join(' ').replaceAll('_', ' ').toLowerCase()
  return { id, city, region, offset, minutes: offsetMinutes(offset), find }
}

const cache = new Map<string, Zone[]>()
/** Every zone the browser knows, from west to east. */
export function allZones(locale: string): Zone[] {
  let zones = cache.get(locale)
  if (!zones) {
    const ids = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])]
    zones = ids
      .map((id) => zoneOf(id, locale))
      .sort((a, b) => a.minutes - b.minutes || a.city.localeCompare(b.city, locale))
    cache.set(locale, zones)
  }
  return zones
}

export const toOption = (z: Zone): Option => ({
  value: z.id,
  label: z.city,
  hint: [z.region, z.offset].filter(Boolean).join(' · '),
})

/** Every word must be found: a city in either language, a zone, `gmt+3`. Cities that begin with the query come first. */
export function findZones(query: string, zones: readonly Zone[]): Zone[] {
  const words = query.toLowerCase().trim().split(/\s+/).filter(Boolean)
  const hits = zones.filter((z) => words.every((w) => z.find.includes(w)))
  const first = (z: Zone) => (words[0] && z.city.toLowerCase().startsWith(words[0]) ? 0 : 1)
  return hits.sort((a, b) => first(a) - first(b))
}

/** A zone as something to choose, in the language of the app. */
export const zoneOption = (id: string): Option => toOption(zoneOf(id, i18n.language))
/** The choices for what was typed, once their names are there. */
export async function loadZones(query: string): Promise<Option[]> {
  await loadTexts('zones')
  return findZones(query, allZones(i18n.language)).map(toOption)
}
