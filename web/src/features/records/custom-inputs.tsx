import { isApiError } from '@/shared/api/errors'
import { CustomInput } from '@/shared/fields/input'
import { isBlankValue } from '@/shared/fields/kinds'
import { useFields } from '@/shared/fields/use-fields'
import { Field } from '@/shared/ui/field'
import type { Kind } from './fields'

/** The custom fields in the form for a new record. */
export type CustomDraft = { values: Record<string, unknown>; errors: Record<string, string> }
type InputsProps = { kind: Kind; draft: CustomDraft; onDraft: (d: CustomDraft) => void }

export function CustomInputs({ kind, draft, onDraft }: InputsProps) {
  const fields = useFields(kind)
  if (fields.length === 0) return null
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      {fields.map((f) => (
        <Field
          key={f.id}
          label={f.name}
          error={draft.errors[f.key]}
          className={f.kind === 'longText' ? 'sm:col-span-2' : undefined}
        >
          <CustomInput
            field={f}
            value={draft.values[f.key]}
            onValue={(value) => {
              const { [f.key]: _, ...errors } = draft.errors
              onDraft({ values: { ...draft.values, [f.key]: value }, errors })
            }}
          />
        </Field>
      ))}
    </div>
  )
}
/** Without what was left empty. */
export function customInput(values: Record<string, unknown>) {
  const given = Object.entries(values).filter(([, v]) => !isBlankValue(v))
  return given.length > 0 ? { custom: Object.fromEntries(given) } : {}
}
/** What the server refused, by key. */
export function customErrors(e: unknown): Record<string, string> {
  if (!isApiError(e)) return {}
  const refused = e.details.filter((d) => d.field.startsWith('custom.'))
  return Object.fromEntries(refused.map((d) => [d.field.slice('custom.'.length), d.message]))
}
