import type { FieldPath, FieldValues, UseFormReturn } from 'react-hook-form'
import { isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'

export type FieldMap<I extends FieldValues> = Record<string, FieldPath<I>>

/**
 * Puts the `details` of an answer on the fields of a form and focuses the first one. What belongs to no field of the
 * form (and every other error) becomes the error of the whole form, shown by <FormError>.
 */
export function applyServerErrors<I extends FieldValues>(
  form: Pick<UseFormReturn<I>, 'setError' | 'getValues'> | { setError: unknown; getValues: unknown },
  e: unknown,
  map: FieldMap<I> = {},
) {
  const { setError, getValues } = form as Pick<UseFormReturn<I>, 'setError' | 'getValues'>
  const known = new Set(Object.keys(getValues()))
  const rest: string[] = []
  let first = true
  for (const d of isApiError(e) ? e.details : []) {
    // `emails[0]`, `emails.0` and `emails` all belong to the field `emails`.
    const root = d.field.split(/[.[]/)[0] ?? ''
    const name = map[d.field] ?? map[root] ?? (known.has(root) ? (root as FieldPath<I>) : undefined)
    if (!name) {
      rest.push(d.message)
      continue
    }
    setError(name, { type: d.code, message: d.message }, { shouldFocus: first })
    first = false
  }
  if (!first && rest.length === 0) return
  const cause = rest.length === 0 ? { cause: e as never } : undefined
  setError('root', { type: 'server', message: rest.join(' ') || errorMessage(e), types: cause })
}
