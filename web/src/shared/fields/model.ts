import type { CustomField } from '@/api/gen/types.gen'
import { looksLikeEmail, looksLikePhone, phoneDigits, webAddress } from '@/shared/lib/contact-details'
import { parseMoney, toMajor } from '@/shared/lib/money'
import type { Tone } from '@/shared/ui/tone'
import type { FieldKind, FieldOption } from './fields'

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
export const hasOptions = (kind: FieldKind) => kind === 'select' || kind === 'multiSelect'
/** How it is edited: typed in place, picked in a popup, or switched. */
export function editorOfKind(kind: FieldKind): 'input' | 'popup' | 'toggle' {
  if (kind === 'checkbox') return 'toggle'
  return ['longText', 'select', 'multiSelect', 'user', 'relation'].includes(kind) ? 'popup' : 'input'
}
export const MAX_TEXT = 1000
export const MAX_LONG_TEXT = 10_000
export const currencyOf = (f: Pick<CustomField, 'currency'>) => f.currency ?? 'EUR'

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

export const isBlankValue = (v: unknown) =>
  v === null || v === undefined || v === '' || v === false || (Array.isArray(v) && v.length === 0)
/** The ids of what is chosen, in the order of the options; unknown ones are left out. */
export function chosenOf({ kind, options }: Pick<CustomField, 'kind' | 'options'>, value: unknown): FieldOption[] {
  const ids = kind === 'multiSelect' && Array.isArray(value) ? value : [value]
  return options.filter((o) => ids.includes(o.id))
}
/** What can be chosen now: archived options only where they are chosen already. */
export const choicesOf = ({ options }: Pick<CustomField, 'options'>, chosen: readonly string[]) =>
  options.filter((o) => !o.archived || chosen.includes(o.id))
export const toneOfOption = ({ color }: Pick<FieldOption, 'color'>): Tone => (color === 'yellow' ? 'amber' : color)
