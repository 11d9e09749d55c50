import { i18n } from '@/shared/i18n'

/** Our own name of a place where there is one: browsers know few in Russian, and some under names of the past. */
export function named(kind: 'zone' | 'region', id: string, locale: string): string | undefined {
  const key = `zones:${kind}.${id}`
  return i18n.exists(key, { lng: locale }) ? i18n.t(key as 'zones:zone.Europe/Berlin', { lng: locale }) : undefined
}
/** The place that a zone is named after: `New York`. In other languages once the texts `zones` are there. */
export const cityOf = (id: string, locale = i18n.language) =>
  named('zone', id, locale) ?? (id.split('/').at(-1) ?? id).replaceAll('_', ' ')
