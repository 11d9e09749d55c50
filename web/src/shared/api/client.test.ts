import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import { client } from '@/api/gen/client.gen'
import { checkContactDuplicates, createContactNote, getSession, signOut } from '@/api/gen/sdk.gen'
import { setupApiClient } from './client'
import { useConnection } from './connection'
import { csrfToken } from './csrf'
import { isOwn, isWriting } from './writes'

const unauthenticated = vi.fn()
const fetchMock = vi.fn<typeof fetch>()
beforeAll(() => {
  setupApiClient({ language: () => 'ru', onUnauthenticated: unauthenticated })
  client.setConfig({ fetch: fetchMock })
})
afterEach(() => {
  vi.clearAllMocks()
  useConnection.getState().set(true)
})
const answer = (status: number, body?: object) =>
  fetchMock.mockResolvedValueOnce(
    new Response(body ? JSON.stringify(body) : null, { status, headers: { 'Content-Type': 'application/json' } }),
  )
const sent = () => fetchMock.mock.calls[0]?.[0] as Request

it('sends the mode and language on reads and the CSRF token on writes', async () => {
  // biome-ignore lint/suspicious/noDocumentCookie: the cookie is what is under test
  document.cookie = 'rapport_csrf=t%3D1'
  answer(200, {})
  await getSession()
  expect(['X-Session-Mode', 'Accept-Language', 'X-CSRF-Token'].map((h) => sent().headers.get(h))).toEqual([
    'cookie',
    'ru',
    null,
  ])
  fetchMock.mockClear()
  answer(204)
  await signOut()
  expect(sent().headers.get('X-CSRF-Token')).toBe('t=1')
})
it('prefers the host-bound CSRF cookie', () => {
  expect(csrfToken('a=1; rapport_csrf=x; __Host-rapport_csrf=y')).toBe('y')
  expect(csrfToken('a=1')).toBeNull()
})
it('reports an expired session and throws an ApiError', async () => {
  answer(401, { error: 'Sign in', code: 'auth.required', requestId: 'r', details: [] })
  await expect(getSession()).rejects.toMatchObject({ status: 401, code: 'auth.required' })
  expect(unauthenticated).toHaveBeenCalledWith('/api/auth/session')
})
it('a cookie that is no longer valid ends the session as well', async () => {
  answer(401, { error: 'Ended', code: 'auth.expired', requestId: 'r', details: [] })
  await expect(getSession()).rejects.toMatchObject({ code: 'auth.expired' })
  expect(unauthenticated).toHaveBeenCalledOnce()
})
it('wrong credentials are not an expired session', async () => {
  answer(401, { error: 'Wrong', code: 'auth.credentials', requestId: 'r', details: [] })
  await expect(getSession()).rejects.toMatchObject({ code: 'auth.credentials' })
  expect(unauthenticated).not.toHaveBeenCalled()
})
it('goes offline on a network error and back online on the next answer', async () => {
  fetchMock.mockRejectedValueOnce(new TypeError('Failed to fetch'))
  await expect(getSession()).rejects.toMatchObject({ code: 'network' })
  expect(useConnection.getState().online).toBe(false)
  answer(200, {})
  await getSession()
  expect(useConnection.getState().online).toBe(true)
})
it('a write is under way until it is answered, and is known as this tab’s own', async () => {
  answer(204)
  const done = signOut()
  await vi.waitFor(() => expect(fetchMock).toHaveBeenCalled())
  expect(isOwn(sent().headers.get('X-Request-Id') ?? '')).toBe(true)
  await done
  expect(isWriting()).toBe(false)
  fetchMock.mockRejectedValueOnce(new TypeError('Failed to fetch'))
  await expect(signOut()).rejects.toMatchObject({ code: 'network' })
  expect(isWriting()).toBe(false)
})
it('a question that is posted is no write', async () => {
  answer(200, { items: [] })
  await checkContactDuplicates({ body: { name: 'Anna' } })
  expect(sent().headers.get('X-Request-Id')).toBeNull()
})
it('a small write outlives the page, a question and a large one do not', async () => {
  answer(200, {})
  await createContactNote({ path: { id: 'c' }, body: { body: 'short' } })
  expect(sent().keepalive).toBe(true)
  fetchMock.mockClear()
  answer(200, {})
  await createContactNote({ path: { id: 'c' }, body: { body: 'я'.repeat(31_000) } })
  expect(sent().keepalive).toBe(false)
  fetchMock.mockClear()
  answer(200, {})
  await getSession()
  expect(sent().keepalive).toBe(false)
})
it('all that outlives the page together is no more than browsers allow', async () => {
  for (const _ of [1, 2, 3]) {
    fetchMock.mockReturnValueOnce(new Promise(() => {}))
    void createContactNote({ path: { id: 'c' }, body: { body: 'x'.repeat(25_000) } })
  }
  await vi.waitFor(() => expect(fetchMock).toHaveBeenCalledTimes(3))
  expect(fetchMock.mock.calls.map(([request]) => (request as Request).keepalive)).toEqual([true, true, false])
})
