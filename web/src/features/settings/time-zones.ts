import type { Option } from '@/shared/ui/select'

// Chrome still lists a few zones under old names: shown under today's, sent as they are.
const TODAY: Record<string, string> = {
  'Europe/Kiev': 'Kyiv',
  'Asia/Calcutta': 'Kolkata',
  'Asia/Saigon': 'Ho Chi Minh City',
  'Asia/Katmandu': 'Kathmandu',
  'Asia/Rangoon': 'Yangon',
  'America/Godthab': 'Nuuk',
}
export type Zone = { id: string; city: string; region: string; offset: string; minutes: number; find: string }

function part(now: Date, locale: string, timeZone: string, name: 'shortOffset' | 'longGeneric' | 'shortGeneric') {
  const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: name }).formatToParts(now)
  return parts.find((p) => p.type === 'timeZoneName')?.value ?? ''
}
/** `GMT+5:30` → 330. */
export function offsetMinutes(offset: string): number {
  const m = /([+-−])(\d{1,2})(?::(\d{2}))?/.exec(offset)
  return m ? (m[1] === '+' ? 1 : -1) * (Number(m[2]) * 60 + Number(m[3] ?? 0)) : 0
}
/** The offset that holds in a zone today: `GMT+2`, `GMT` for none. */
export const offsetNow = (timeZone: string, now = new Date()) =>
  part(now, 'en', timeZone, 'shortOffset').replace(/^GMT[+-]0$/, 'GMT')

export function zoneOf(id: string, locale: string, now = new Date()): Zone {
  const [region = '', ...rest] = id.split('/')
  const name = TODAY[id] ?? (rest.at(-1) ?? region).replaceAll('_', ' ')
  const offset = offsetNow(id, now)
  // Russian has names for places (“Москва”), English only for zones (“ET”): there the city of the id is better.
  const local = locale === 'en' ? '' : part(now, locale, id, 'shortGeneric')
  const city = local && !/^(GMT|UTC)/.test(local) ? local : name
  const long = part(now, locale, id, 'longGeneric')
  const find = [id, name, city, long, offset, offset.replace('GMT', 'UTC')].join(' ').replaceAll('_', ' ').toLowerCase()
  return { id, city, region: rest.length ? region : '', offset, minutes: offsetMinutes(offset), find }
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
  hint: [z.region.replaceAll('_', ' '), z.offset].filter(Boolean).join(' · '),
})

/** Every word must be found: a city in either language, a zone, `gmt+3`. Cities that begin with the query come first. */
export function findZones(query: string, zones: readonly Zone[]): Zone[] {
  const words = query.toLowerCase().trim().split(/\s+/).filter(Boolean)
  const hits = zones.filter((z) => words.every((w) => z.find.includes(w)))
  const first = (z: Zone) => (words[0] && z.city.toLowerCase().startsWith(words[0]) ? 0 : 1)
  return hits.sort((a, b) => first(a) - first(b))
}
