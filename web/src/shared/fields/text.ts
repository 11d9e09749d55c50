import type { CustomField } from '@/api/gen/types.gen'
import { i18n } from '@/shared/i18n'
import { phone, website } from '@/shared/lib/contact-details'
import { toMajor } from '@/shared/lib/money'
import type { useFormat } from '@/shared/session/use-format'
import { chosenOf, currencyOf, isBlankValue } from './kinds'

/** The value of a custom field in words. */
export type Formats = Pick<ReturnType<typeof useFormat>, 'num' | 'money' | 'day'>
export const plain = (v: unknown) => (typeof v === 'object' ? JSON.stringify(v) : String(v))
export const numberText = (v: unknown, fmt: Formats) => (typeof v === 'number' ? fmt.num(v) : String(v))
export const dayText = (v: unknown, fmt: Formats) =>
  /^\d{4}-\d{2}-\d{2}$/.test(String(v)) ? fmt.day(`${v}T12:00:00Z`) : String(v)

/** In words only: for the change log, exports and screen readers. Names are not known here. */
export function customText(field: CustomField, value: unknown, fmt: Formats): string | null {
  if (isBlankValue(value)) return null
  switch (field.kind) {
    case 'number':
      return numberText(value, fmt)
    case 'money':
      return typeof value === 'number' ? fmt.money(toMajor(value, currencyOf(field)), currencyOf(field)) : String(value)
    case 'date':
      return dayText(value, fmt)
    case 'checkbox':
      return i18n.t('fields:yes')
    case 'select':
    case 'multiSelect':
      return chosenOf(field, value)
        .map((o) => o.label)
        .join(', ')
    case 'phone':
      return phone(String(value))
    case 'url':
      return website(String(value))
    default:
      return plain(value)
  }
}
