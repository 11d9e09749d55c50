import { editorOfKind } from '@/shared/fields/kinds'
import type { Field } from './fields'
import type { Change } from './save'

/** How a field is edited: typed in place, or picked in a popup. */
export function editorOf(field: Field): 'input' | 'popup' | 'toggle' | null {
  if (field.readOnly) return null
  if (field.custom) return editorOfKind(field.custom.kind)
  if (field.type === 'flag') return 'toggle'
  return ['text', 'url', 'telegram', 'score'].includes(field.type) ? 'input' : 'popup'
}

export const set = (field: Field, value: unknown): Change => ({
  field: field.id,
  body: { [field.id]: value },
  show: { [field.id]: value },
})
export const flagChange = (field: Field, on: boolean): Change => set(field, on)
