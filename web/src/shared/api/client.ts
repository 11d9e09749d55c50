import { client } from '@/api/gen/client.gen'
import { useConnection } from './connection'
import { csrfToken } from './csrf'
import { isAbort, toApiError } from './errors'
import { begin, end } from './writes'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])
type Options = { language: () => string; onUnauthenticated: (path: string) => void }

/** Browser mode of the HTTP contract: cookies of the same origin, CSRF on writes, errors as ApiError. Called once. */
export function setupApiClient({ language, onUnauthenticated }: Options) {
  client.setConfig({ baseUrl: location.origin, credentials: 'same-origin' })
  client.interceptors.request.use((request, { serializedBody }) => {
    request.headers.set('X-Session-Mode', 'cookie')
    request.headers.set('Accept-Language', language())
    if (SAFE.has(request.method)) return request
    const token = csrfToken()
    if (token) request.headers.set('X-CSRF-Token', token)
    return begin(request, serializedBody)
  })
  client.interceptors.response.use((response, request) => {
    end(request)
    useConnection.getState().set(true)
    return response
  })
  client.interceptors.error.use((error, response, request) => {
    if (request) end(request)
    if (isAbort(error)) return error
    const e = toApiError(error, response as Response | undefined)
    if (e.isNetwork) useConnection.getState().set(false)
    // auth.required, auth.expired, auth.token: only a wrong password or code is an answer to the person, not the end of a session
    if (e.status === 401 && e.code !== 'auth.credentials' && !e.code.startsWith('mfa.'))
      onUnauthenticated(new URL(request.url).pathname)
    return e
  })
}
