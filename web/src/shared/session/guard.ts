import { create } from 'zustand'
import { csrfToken } from '@/shared/api/csrf'
import { useSessionExpired } from './session-query'

/**
 * Answers that ask something of the person before the work can go on. `question` opens the step-up window, its answer
 * settles it; `required` covers the app until a second factor is set up.
 */
type State = { question: { answer: (confirmed: boolean) => void } | null; required: boolean }
export const useGuard = create<State>(() => ({ question: null, required: false }))

const show = () => useSessionExpired.setState({ asked: true })
function demand() {
  useGuard.setState({ required: true })
  show()
}

let asked: Promise<boolean> | null = null
/** Several refused calls at once ask once. */
export function ask(): Promise<boolean> {
  show()
  asked ??= new Promise<boolean>((answer) => useGuard.setState({ question: { answer } })).finally(() => {
    asked = null
    useGuard.setState({ question: null })
  })
  return asked
}

type Sent = { serializedBody?: unknown; body?: unknown }
/** A refused answer, or that of the same request once the person has confirmed who they are. */
export async function guard(response: Response, request: Request, sent: Sent): Promise<Response> {
  const said = (await response
    .clone()
    .json()
    .catch(() => null)) as { code?: string } | null
  if (said?.code === 'mfa.required') demand()
  if (said?.code !== 'auth.step_up') return response
  if (!(await ask())) throw new DOMException('Not confirmed', 'AbortError')
  const headers = new Headers(request.headers)
  const token = csrfToken()
  if (token && headers.has('X-CSRF-Token')) headers.set('X-CSRF-Token', token)
  // A body can be read once only, so the request is made anew from what it was made of.
  const body = (sent.serializedBody ?? sent.body) as BodyInit | null | undefined
  return fetch(request.url, { method: request.method, headers, body: body ?? null, credentials: 'same-origin' })
}
