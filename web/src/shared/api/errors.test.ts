import { expect, it } from 'vitest'
import { ApiError, toApiError } from './errors'

it('keeps code, fields and request id of the server’s answer', () => {
  const e = toApiError(
    {
      error: 'Invalid',
      code: 'validation.failed',
      requestId: 'r1',
      details: [{ field: 'email', code: 'x', message: 'm' }],
    },
    new Response(null, { status: 422 }),
  )
  expect(e).toBeInstanceOf(ApiError)
  expect([e.status, e.code, e.requestId, e.details[0]?.field]).toEqual([422, 'validation.failed', 'r1', 'email'])
})
it('reads Retry-After and the request id from the headers when the body has none', () => {
  const e = toApiError('', new Response(null, { status: 429, headers: { 'Retry-After': '7', 'X-Request-Id': 'r2' } }))
  expect([e.retryAfterSeconds, e.requestId, e.code]).toEqual([7, 'r2', 'http.429'])
})
it('calls a missing answer a network error', () => {
  const e = toApiError(new TypeError('Failed to fetch'), undefined)
  expect([e.isNetwork, e.code]).toEqual([true, 'network'])
})
