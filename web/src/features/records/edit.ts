import type { CompanySize } from '@/api/gen/types.gen'
import { type Problem as CustomProblem, inputTextOf, parseCustom } from '@/shared/fields/model'
import type { Option } from '@/shared/ui/select'
import { same } from './cache'
import { set } from './editable'
import { type CrmRecord, type Field, isBlank, read } from './fields'
import type { Change } from './save'
import { looksLikeTelegram, phoneDigits, telegramName, webAddress } from './show'

/** What is typed or picked → the change of a record. Only what is surely wrong is refused here; the server has the last word. */
export type Problem = 'required' | 'number' | 'score' | 'telegram' | 'tooLong'
export type Parsed = { change: Change | null } | { problem: Problem } | { custom: CustomProblem }

const unlessSame = (record: CrmRecord, change: Change): Parsed => ({
  change: same(read(record, change.field), change.show[change.field]) ? null : change,
})

export function parseText(field: Field, record: CrmRecord, text: string): Parsed {
  if (field.custom) {
    const parsed = parseCustom(field.custom, text)
    return 'problem' in parsed ? { custom: parsed.problem } : unlessSame(record, set(field, parsed.value))
  }
  const value = text.trim()
  if (!value) return field.id === 'name' ? { problem: 'required' } : unlessSame(record, set(field, null))
  if (field.max && value.length > field.max) return { problem: 'tooLong' }
  if (field.type === 'score') {
    const n = Number(value.replace(',', '.'))
    if (!Number.isInteger(n)) return { problem: 'number' }
    return n < 0 || n > 100 ? { problem: 'score' } : unlessSame(record, set(field, n))
  }
  if (field.type === 'telegram' && !looksLikeTelegram(value)) return { problem: 'telegram' }
  const tidy = field.type === 'telegram' ? telegramName(value) : field.type === 'url' ? webAddress(value) : value
  return unlessSame(record, set(field, tidy))
}
export function parseValues(field: Field, record: CrmRecord, values: string[]): Parsed {
  const tidy = field.type === 'phones' ? values.map(phoneDigits) : values
  return unlessSame(record, set(field, tidy))
}
/** What was picked for a custom field; no change where it is what it was. */
export const customChange = (field: Field, record: CrmRecord, value: unknown): Parsed =>
  unlessSame(record, set(field, value))
export const sizeChange = (field: Field, size: CompanySize | null): Change => set(field, size)
export const zoneChange = (field: Field, zone: string | null): Change => set(field, zone)
export const ownerChange = (o: Option | null): Change => ({
  field: 'ownerId',
  body: { ownerId: o?.value ?? null },
  show: { ownerId: o?.value ?? null, ownerName: o?.label ?? null },
})
export const companyChange = (o: Option | null): Change => ({
  field: 'companyId',
  body: { companyId: o?.value ?? null },
  show: { companyId: o?.value ?? null, companyName: o?.label ?? null },
})
/** The server finds or makes the company of this name. */
export const newCompanyChange = (name: string): Change => ({
  field: 'companyId',
  body: { companyName: name },
  show: { companyId: null, companyName: name },
})

/** The text an input starts with. */
export function inputText(field: Field, record: CrmRecord): string {
  const v = read(record, field.id)
  if (field.custom) return inputTextOf(field.custom, v)
  if (isBlank(v)) return ''
  return field.type === 'telegram' ? `@${String(v)}` : String(v)
}
