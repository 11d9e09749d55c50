import { type CrmRecord, type Field, type FieldId, fieldsOf, isBlank, type Kind, read } from './fields'
import { MAX_MERGE } from './merge-limits'

/** Several records that become one: which fields differ, and whose value stays. Nothing here asks or tells the server. */
/** `into` stays; `picked` says, for the fields somebody decided, whose value is taken. */
export type Choice = { into: string; picked: Readonly<Record<string, string>> }
/** Of a list: what all of them have, together. */
export const ALL = 'all'

export type MergeRow = {
  /** The server's name of the field: `jobTitle`, `custom.region`. */
  id: string
  /** Absent for what an import or the API has put beside the known fields. */
  field: Field | null
  isList: boolean
  state: 'differs' | 'same'
}

const LISTS: readonly FieldId[] = ['emails', 'phones', 'tags']
const CUSTOM = 'custom.'

export function valueIn(record: CrmRecord, row: Pick<MergeRow, 'id'>): unknown {
  return row.id.startsWith(CUSTOM) ? record.custom?.[row.id.slice(CUSTOM.length)] : read(record, row.id as FieldId)
}
/** `false` is what every record starts with. */
export const isNothing = (value: unknown) => isBlank(value) || value === false
const canonical = (value: unknown): string =>
  isNothing(value) ? '' : JSON.stringify(Array.isArray(value) ? value.map(String).sort() : value)

/** The fields that at least one record has, in the order of the record page; those that differ first. */
export function rowsOf(kind: Kind, records: readonly CrmRecord[]): MergeRow[] {
  const known = fieldsOf(kind)
    .filter((f) => !f.readOnly)
    .map((field) => ({ id: field.id as string, field, isList: LISTS.includes(field.id) }))
  const named = new Set(known.map((row) => row.id))
  const inSome = [...new Set(records.flatMap((r) => Object.keys(r.custom ?? {})))].sort()
  const keys = inSome.filter((key) => !named.has(CUSTOM + key))
  const all = [...known, ...keys.map((key) => ({ id: CUSTOM + key, field: null, isList: false }))]
  const rows = all.flatMap((row) => {
    const values = new Set(records.map((r) => canonical(valueIn(r, row))))
    if (values.size === 1 && values.has('')) return []
    return [{ ...row, state: values.size > 1 ? ('differs' as const) : ('same' as const) }]
  })
  return rows.sort((a, b) => Number(a.state === 'same') - Number(b.state === 'same'))
}

/** Whose value stays, in this row: the one that was picked; else the target's, or the first there is. Lists are united. */
export function sourceOf(row: MergeRow, records: readonly CrmRecord[], choice: Choice): string {
  const picked = choice.picked[row.id]
  if (picked === ALL ? row.isList : records.some((r) => r.id === picked)) return picked as string
  if (row.isList) return ALL
  const has = (r: CrmRecord | undefined) => r !== undefined && !isNothing(valueIn(r, row))
  const into = records.find((r) => r.id === choice.into)
  return (has(into) ? into : records.find(has))?.id ?? choice.into
}

/** What all of them have, each value once; the target's first. */
export function union(row: MergeRow, records: readonly CrmRecord[], into: string): string[] {
  const ordered = [...records].sort((a, b) => Number(b.id === into) - Number(a.id === into))
  return [...new Set(ordered.flatMap((r) => (valueIn(r, row) as string[] | null) ?? []))]
}

/** The fullest one stays; of equal ones the oldest. */
export function suggestTarget(kind: Kind, records: readonly CrmRecord[]): string {
  const filled = (r: CrmRecord) =>
    fieldsOf(kind).filter((f) => !f.readOnly && !isNothing(read(r, f.id))).length + Object.keys(r.custom ?? {}).length
  const [best] = [...records].sort((a, b) => filled(b) - filled(a) || a.createdAt.localeCompare(b.createdAt))
  return best?.id ?? ''
}
export const defaultChoice = (kind: Kind, records: readonly CrmRecord[]): Choice => ({
  into: suggestTarget(kind, records),
  picked: {},
})
/** A choice made before some of the records went away. */
export function fitChoice(kind: Kind, records: readonly CrmRecord[], choice: Choice | undefined): Choice {
  if (choice && records.some((r) => r.id === choice.into)) return choice
  return { ...defaultChoice(kind, records), picked: choice?.picked ?? {} }
}
export const pick = (choice: Choice, row: string, source: string): Choice => ({
  ...choice,
  picked: { ...choice.picked, [row]: source },
})

export type MergeBody = {
  into: string
  from: string[]
  versions: Record<string, number>
  fields: Record<string, string>
}
/** What is asked of the server is what was seen: the source of every field that differs. A united list has none. */
export function toBody(kind: Kind, records: readonly CrmRecord[], choice: Choice): MergeBody {
  const fields: Record<string, string> = {}
  for (const row of rowsOf(kind, records)) {
    const source = sourceOf(row, records, choice)
    if (row.state === 'differs' && source !== ALL) fields[row.id] = source
  }
  return {
    into: choice.into,
    from: records.filter((r) => r.id !== choice.into).map((r) => r.id),
    versions: Object.fromEntries(records.map((r) => [r.id, r.version])),
    fields,
  }
}

const NAMES: Partial<Record<FieldId, 'companyName' | 'ownerName'>> = { companyId: 'companyName', ownerId: 'ownerName' }
/** The record as it will be: shown until the server's answer comes. */
export function mergedRecord(kind: Kind, records: readonly CrmRecord[], choice: Choice): CrmRecord | undefined {
  const target = records.find((r) => r.id === choice.into)
  if (!target) return undefined
  const out: Record<string, unknown> = { ...target, custom: { ...target.custom } }
  for (const row of rowsOf(kind, records)) {
    const source = sourceOf(row, records, choice)
    const from = records.find((r) => r.id === source)
    const value = source === ALL ? union(row, records, choice.into) : from && valueIn(from, row)
    if (row.id.startsWith(CUSTOM)) (out['custom'] as Record<string, unknown>)[row.id.slice(CUSTOM.length)] = value
    else out[row.id] = value
    const name = NAMES[row.id as FieldId]
    if (name) out[name] = from?.[name] ?? null
  }
  if (kind === 'company') out['contactCount'] = records.reduce((sum, r) => sum + (r.contactCount ?? 0), 0)
  return out as CrmRecord
}

/** Ids in an address: `a,b,c`. */
export const readIds = (text: string | undefined): string[] =>
  [...new Set((text ?? '').split(',').filter(Boolean))].slice(0, MAX_MERGE)
