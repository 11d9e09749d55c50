import { customText } from '@/shared/fields/text'
import { cityOf } from '@/shared/time-zones/city'
import type { Tools } from './cells'
import { type CrmRecord, fieldsOf, isBlank, type Kind, read, titleOf } from './fields'
import { phone } from './show'

/** A record as text for a chat or a document. */
export function toMarkdown(kind: Kind, r: CrmRecord, { t, fmt }: Tools): string {
  const lines = fieldsOf(kind).flatMap((f) => {
    const v = read(r, f.id)
    if (f.id === 'name' || f.type === 'json' || f.type === 'count' || isBlank(v) || v === false) return []
    const text =
      f.type === 'owner'
        ? r.ownerName
        : f.type === 'company'
          ? r.companyName
          : f.type === 'phones'
            ? r.phones.map(phone).join(', ')
            : f.type === 'telegram'
              ? `@${r.telegramUsername}`
              : f.type === 'instant'
                ? fmt.dateTime(String(v))
                : f.custom
                  ? customText(f.custom, v, fmt)
                  : f.type === 'zone'
                    ? cityOf(String(v))
                    : f.type === 'flag'
                      ? t('filter.yes')
                      : Array.isArray(v)
                        ? v.join(', ')
                        : String(v)
    return text ? [`- **${titleOf(f, t)}:** ${text}`] : []
  })
  return [`# ${r.name}`, '', ...lines, ''].join('\n')
}
