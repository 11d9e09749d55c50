import type { ImportColumn, ImportTarget, RecordType } from '@/api/gen/types.gen'
import { type Choices, SKIP } from './mapping'

export type SampleField = { target: ImportTarget; key: string; values: string[] }
export type SampleRecord = { name: string | null; subtitle: string | null; tags: string[]; fields: SampleField[] }

const LISTS: Partial<Record<ImportTarget, RegExp>> = {
  email: /\s*(?::::|[;,\s])\s*/,
  phone: /\s*(?::::|[;,])\s*/,
  tags: /\s*(?::::|[;,|])\s*/,
}
const clean: Partial<Record<ImportTarget, (v: string) => string>> = {
  email: (v) => v.toLowerCase(),
  tags: (v) => v.replace(/^\*\s*/, ''),
  telegramUsername: (v) => `@${v.replace(/^(https?:\/\/)?(www\.)?(t|telegram)\.me\//i, '').replace(/^@/, '')}`,
}

/** How a row will look as a record. For the eye only: the server does the real work, and more thoroughly. */
export function sampleRecord(
  row: readonly string[],
  columns: readonly ImportColumn[],
  choices: Choices,
  type: RecordType,
): SampleRecord {
  const fields = new Map<string, SampleField>()
  columns.forEach((c, i) => {
    const choice = choices[i]
    // Zero-width characters and no-break spaces come along from web pages.
    const text = (row[c.index] ?? '').replace(/[\u200b-\u200d\u2060\ufeff]/g, '').trim()
    if (!choice || choice.target === SKIP || !text) return
    const split = LISTS[choice.target]
    const values = (split ? text.split(split) : [text])
      .filter(Boolean)
      .map((v) => clean[choice.target as ImportTarget]?.(v) ?? v)
    const key = choice.target === 'custom' ? `custom:${choice.customKey.trim()}` : choice.target
    const field = fields.get(key) ?? { target: choice.target, key: choice.customKey.trim(), values: [] }
    for (const v of values) if (!field.values.includes(v)) field.values.push(v)
    fields.set(key, field)
  })
  const one = (t: ImportTarget) => fields.get(t)?.values[0] ?? null
  const parts = [one('firstName'), one('middleName'), one('lastName')].filter(Boolean).join(' ')
  const name = one('name') ?? (parts || null) ?? (type === 'contact' ? one('email') : null)
  const subtitle = [one('jobTitle'), one('companyName'), one('industry')].filter(Boolean).join(' · ') || null
  const shownAbove: ReadonlySet<ImportTarget> = new Set([
    'name',
    'firstName',
    'middleName',
    'lastName',
    'jobTitle',
    'companyName',
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
