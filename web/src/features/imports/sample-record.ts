import type { FieldRecordType, ImportColumn, ImportTarget } from '@/api/gen/types.gen'
import { type Choices, SKIP } from './mapping'

export type SampleField = { target: ImportTarget; key: string; values: string[] }
export type SampleRecord = { name: string | null; subtitle: string | null; tags: string[]; fields: SampleField[] }

// As the server splits a cell: Google puts ` ::: ` between values, others a comma, a semicolon or a line break.
const LISTS: Partial<Record<ImportTarget, RegExp>> = {
  email: /:::|[;,\r\n]/,
  phone: /:::|[;,\r\n]/,
  tags: /:::|[;,|\r\n]/,
}
/** Groups that Google puts everybody into. */
const NO_TAGS = /^\* (mycontacts|starred)$/i
const clean: Partial<Record<ImportTarget, (v: string) => string>> = {
  email: (v) => v.toLowerCase(),
  tags: (v) => (NO_TAGS.test(v) ? '' : v.replace(/^\* /, '')),
  telegramUsername: (v) => `@${v.replace(/^(https?:\/\/)?(www\.)?(t|telegram)\.me\//i, '').replace(/^@/, '')}`,
}
/** Zero-width characters come along from web pages; a quote before a formula is its guard. */
const tidy = (v: string) =>
  v
    .replace(/[\u200b-\u200d\u2060\ufeff]/g, '')
    .trim()
    .replace(/^'(?=[=+\-@])/, '')

/** How a row will look as a record. For the eye only: the server does the real work, and more thoroughly. */
export function sampleRecord(
  row: readonly string[],
  columns: readonly ImportColumn[],
  choices: Choices,
  type: FieldRecordType,
): SampleRecord {
  const fields = new Map<string, SampleField>()
  columns.forEach((c, i) => {
    const choice = choices[i]
    const text = tidy(row[c.index] ?? '')
    if (!choice || choice.target === SKIP || !text) return
    const split = LISTS[choice.target]
    const values = (split ? text.split(split) : [text])
      .map((v) => clean[choice.target as ImportTarget]?.(tidy(v)) ?? tidy(v))
      .filter(Boolean)
    if (values.length === 0) return
    const key = choice.target === 'custom' ? `custom:${choice.customKey.trim()}` : choice.target
    const field = fields.get(key) ?? { target: choice.target, key: choice.customKey.trim(), values: [] }
    for (const v of values) if (!field.values.includes(v)) field.values.push(v)
    fields.set(key, field)
  })
  const one = (t: ImportTarget) => fields.get(t)?.values[0] ?? null
  const parts = [one('firstName'), one('middleName'), one('lastName')].filter(Boolean).join(' ')
  const deal = one('title') ?? one('companyName') ?? one('contactName')
  const name =
    (type === 'deal' ? deal : one('name')) ??
    (parts || null) ??
    (type === 'contact' ? (one('email') ?? one('telegramUsername') ?? one('phone')) : null)
  const about =
    type === 'deal'
      ? ([one('companyName'), one('contactName')] as const)
      : ([one('jobTitle'), one('companyName'), one('industry')] as const)
  const subtitle = about.filter((x) => x && (type !== 'deal' || x !== name)).join(' · ') || null
  const shownAbove: ReadonlySet<ImportTarget> = new Set([
    'name',
    'firstName',
    'middleName',
    'lastName',
    'jobTitle',
    'companyName',
    'contactName',
    'title',
    'industry',
    'tags',
  ])
  return {
    name,
    subtitle,
    tags: fields.get('tags')?.values ?? [],
    fields: [...fields.values()].filter((f) => !shownAbove.has(f.target)),
  }
}
