import type { CustomField } from '@/api/gen/types.gen'
import { looksLikeEmail, looksLikePhone, phoneDigits, webAddress } from '@/shared/lib/contact-details'
import { toMajor } from '@/shared/lib/money'
import { parseMoney } from '@/shared/lib/parse-money'
import type { FieldKind } from './fields'
import { currencyOf } from './kinds'

/** What is typed or picked ↔ what is stored under the key of a custom field. Pure; the server has the last word. */
export const KINDS: readonly FieldKind[] = [
  'text',
  'longText',
  'number',
  'money',
  'date',
  'select',
  'multiSelect',
  'checkbox',
  'url',
  'email',
  'phone',
  'user',
  'relation',
]
export const MAX_TEXT = 1000
export const MAX_LONG_TEXT = 10_000

export type Problem = 'number' | 'amount' | 'date' | 'email' | 'phone' | 'url' | 'tooLong'
export type Parsed = { value: string | number | null } | { problem: Problem }

export function parseCustom(field: Pick<CustomField, 'kind' | 'currency'>, text: string): Parsed {
  const value = text.trim()
  if (!value) return { value: null }
  switch (field.kind) {
    case 'number': {
      const n = readNumber(value)
      return n === null ? { problem: 'number' } : { value: n }
    }
    case 'money': {
      const minus = /^[-−]/.test(value)
      const minor = parseMoney(value.replace(/^[-−]/, ''), currencyOf(field))
      return minor === null ? { problem: 'amount' } : { value: minus ? -minor : minor }
    }
    case 'date':
      return /^\d{4}-\d{2}-\d{2}$/.test(value) ? { value } : { problem: 'date' }
    case 'email':
      return looksLikeEmail(value) ? { value: value.toLowerCase() } : { problem: 'email' }
    case 'phone':
      return looksLikePhone(value) ? { value: phoneDigits(value) } : { problem: 'phone' }
    case 'url': {
      const url = webAddress(value)
      return URL.canParse(url) && /^https?:/i.test(url) ? { value: url } : { problem: 'url' }
    }
    default:
      return value.length > (field.kind === 'longText' ? MAX_LONG_TEXT : MAX_TEXT) ? { problem: 'tooLong' } : { value }
  }
}
/** `1 234,5`, `-12`, `0.5`: as people write numbers here and there. */
function readNumber(text: string): number | null {
  const plain = text.replace(/[\s'’\u00a0\u202f]/g, '').replace('−', '-')
  const dot = plain.includes('.') && plain.includes(',') ? plain.replace(/,/g, '') : plain.replace(',', '.')
  const n = /^-?(\d+\.?\d*|\.\d+)$/.test(dot) ? Number(dot) : Number.NaN
  return Number.isFinite(n) && Math.abs(n) <= Number.MAX_SAFE_INTEGER ? n : null
}
/** The text an input starts with. */
export function inputTextOf(field: Pick<CustomField, 'kind' | 'currency'>, value: unknown): string {
  if (value === null || value === undefined) return ''
  if (field.kind === 'money' && typeof value === 'number') return String(toMajor(value, currencyOf(field)))
  return String(value)
}
