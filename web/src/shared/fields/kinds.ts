import type { CustomField } from '@/api/gen/types.gen'
import type { Tone } from '@/shared/ui/tone'
import type { FieldKind, FieldOption } from './fields'

/** What pages that only show custom fields need to know of their kinds. */
export const hasOptions = (kind: FieldKind) => kind === 'select' || kind === 'multiSelect'
/** How it is edited: typed in place, picked in a popup, or switched. */
export function editorOfKind(kind: FieldKind): 'input' | 'popup' | 'toggle' {
  if (kind === 'checkbox') return 'toggle'
  return ['longText', 'select', 'multiSelect', 'user', 'relation'].includes(kind) ? 'popup' : 'input'
}
export const currencyOf = (f: Pick<CustomField, 'currency'>) => f.currency ?? 'EUR'
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
