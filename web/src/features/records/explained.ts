import type { TimelineEntry } from '@/api/gen/types.gen'
import { customText } from '@/shared/fields/text'
import { cityOf } from '@/shared/time-zones/city'
import { type Explain, plainText } from '@/shared/timeline/tell'
import type { Tools } from './cells'
import { type FieldId, fieldOf, isBlank, type Kind, titleOf } from './fields'
import { linkedin, phone, website } from './show'

/** How the timeline tells changes of contacts and companies. The log tells owner and company by name. */
const ALIASES: Record<string, string> = { companyName: 'companyId', ownerName: 'ownerId' }

export const explainFields =
  (kind: Kind, tools: Tools): Explain =>
  (name) => {
    const alias = ALIASES[name]
    const field = alias ?? name
    const known = fieldOf(kind, field)
    const custom = known?.custom
    return {
      field,
      label: known ? titleOf(known, tools.t) : field.replace(/^custom\./, ''),
      show: (v) => (custom ? customText(custom, v, tools.fmt) : alias ? plainText(v) : valueText(known?.id, v, tools)),
    }
  }

function valueText(field: FieldId | undefined, v: unknown, { t }: Tools): string | null {
  if (typeof v === 'boolean') return v ? t('filter.yes') : null
  const s = String(v)
  switch (field) {
    case 'phones':
      return phone(s)
    case 'website':
      return website(s)
    case 'linkedinUrl':
      return linkedin(s)
    case 'telegramUsername':
      return `@${s}`
    case 'timeZone':
      return cityOf(s)
    case 'size':
      return t(`size.${s as '1-10'}`)
    default:
      return plainText(v)
  }
}

/** A merge into this record that nobody has taken back since; `entries` are newest first. */
export function isOpenMerge(entry: TimelineEntry, entries: readonly TimelineEntry[]): boolean {
  const of = (e: TimelineEntry) => e.changes.find((c) => c.field === 'mergedFrom')
  if (entry.action !== 'merged' || isBlank(of(entry)?.to)) return false
  const newer = entries.slice(0, entries.indexOf(entry))
  return !newer.some((e) => e.action !== 'merged' && of(e) !== undefined)
}
