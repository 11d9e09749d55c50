import type { CustomField, CustomFieldInput, CustomFieldPatch, StageColor } from '@/api/gen/types.gen'
import type { FieldKind, RecordKind } from '@/shared/fields/fields'
import { hasOptions } from '@/shared/fields/kinds'

/** The form for a custom field as a value. */
export const COLORS: readonly StageColor[] = [
  'blue',
  'teal',
  'green',
  'yellow',
  'orange',
  'red',
  'pink',
  'violet',
  'gray',
]
/** `key` is for the eye of React; only options that were saved have an id. */
export type OptionDraft = { key: string; id: string | null; label: string; color: StageColor; archived: boolean }
export type FieldDraft = {
  name: string
  kind: FieldKind
  relation: RecordKind
  currency: string
  options: OptionDraft[]
}
export const MAX_FIELDS = 100

let lastKey = 0
export function newOption(before: readonly OptionDraft[], label = ''): OptionDraft {
  const used = new Map(COLORS.map((c) => [c, before.filter((o) => o.color === c).length]))
  const color = COLORS.reduce((a, b) => ((used.get(b) ?? 0) < (used.get(a) ?? 0) ? b : a))
  return { key: `new-${++lastKey}`, id: null, label, color, archived: false }
}
export function draftOf(field: CustomField | null, currency: string): FieldDraft {
  return {
    name: field?.name ?? '',
    kind: field?.kind ?? 'text',
    relation: field?.relation ?? 'contact',
    currency: field?.currency ?? currency,
    options: field?.options.map((o) => ({ ...o, key: o.id })) ?? [],
  }
}

export type FieldProblem = 'name' | 'sameName' | 'options' | 'sameOption'
/** What keeps the form from being sent; rows that were left empty count for nothing. */
export function problemsOf(draft: FieldDraft, others: readonly CustomField[]): FieldProblem[] {
  const found: FieldProblem[] = []
  const same = (a: string, b: string) => a.trim().toLowerCase() === b.trim().toLowerCase()
  if (!draft.name.trim()) found.push('name')
  else if (others.some((f) => same(f.name, draft.name))) found.push('sameName')
  if (!hasOptions(draft.kind)) return found
  const labels = named(draft.options).map((o) => o.label)
  if (labels.length === 0) found.push('options')
  if (labels.some((l, i) => labels.some((x, k) => k < i && same(x, l)))) found.push('sameOption')
  return found
}
const named = (options: readonly OptionDraft[]) => options.filter((o) => o.label.trim() || o.id)

function optionsOf(draft: FieldDraft) {
  if (!hasOptions(draft.kind)) return {}
  return {
    options: named(draft.options).map(({ id, label, color, archived }) => ({
      ...(id ? { id } : {}),
      label: label.trim(),
      color,
      ...(archived ? { archived } : {}),
    })),
  }
}
export function toInput(draft: FieldDraft, recordType: RecordKind): CustomFieldInput {
  return {
    recordType,
    name: draft.name.trim(),
    kind: draft.kind,
    ...optionsOf(draft),
    ...(draft.kind === 'relation' ? { relation: draft.relation } : {}),
    ...(draft.kind === 'money' ? { currency: draft.currency } : {}),
  }
}
/** What the form changed; nothing else is sent. */
export function toPatch(draft: FieldDraft, field: CustomField): CustomFieldPatch | null {
  const { options } = optionsOf(draft)
  const before = optionsOf(draftOf(field, '')).options
  const name = draft.name.trim()
  const patch: CustomFieldPatch = {
    ...(name !== field.name ? { name } : {}),
    ...(options && JSON.stringify(options) !== JSON.stringify(before) ? { options } : {}),
  }
  return Object.keys(patch).length > 0 ? { ...patch, version: field.version } : null
}
