import { isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'

/** What the steps of connecting have in common. */
export const FORM = 'connect-account'
export type Flow = {
  busy: boolean
  refused: Record<string, string>
  attempt: (run: () => Promise<void>) => Promise<void>
  clear: () => void
}
const FIELDS = [
  'session',
  'phone',
  'apiId',
  'apiHash',
  'code',
  'password',
  'name',
  'ownerId',
  'limits',
  'workingHours',
  'chats',
]
/** The code is good no longer: only another one helps. */
export const isExpired = (e: unknown) => isApiError(e) && e.details.some((d) => d.code === 'bd.code.expired')

/** What was refused, by field; else as a whole. */
export function refusals(e: unknown): Record<string, string> {
  const known = isApiError(e) ? e.details.map((d) => [d.field.split(/[.[]/)[0] ?? '', d.message] as const) : []
  const fields = Object.fromEntries(known.filter(([k]) => FIELDS.includes(k)))
  return Object.keys(fields).length > 0 ? fields : { form: errorMessage(e) }
}
