import { beforeEach, expect, it, vi } from 'vitest'
import { client } from '@/api/gen/client.gen'
import { send } from '@/shared/api/call'
import { isAbort } from '@/shared/api/errors'
import { json, mockServer } from '@/test/app'
import { guard, useGuard } from './guard'
import { useSessionExpired } from './session-query'

const refusal = (code: string) => json(403, { error: 'No', code, requestId: 'r', details: [] })
const again = vi.fn<(url: string, init: RequestInit) => Promise<Response>>()
let connected = false

beforeEach(() => {
  useGuard.setState({ question: null, required: false })
  useSessionExpired.setState({ asked: false })
  again.mockReset()
  vi.stubGlobal('fetch', again)
  if (!connected) client.interceptors.response.use((a, q, o) => (a.status === 403 ? guard(a, q, o) : a))
  connected = true
})
const question = () => vi.waitFor(() => useGuard.getState().question ?? Promise.reject(new Error('not asked')))

it('repeats what was refused once the person has confirmed, body and headers with it', async () => {
  mockServer().mockResolvedValueOnce(refusal('auth.step_up'))
  again.mockResolvedValueOnce(json(200, { id: 'k' }))
  const answer = send<{ id: string }>('POST', '/api/things', { name: 'Half written' })
  ;(await question()).answer(true)
  expect(await answer).toEqual({ id: 'k' })
  const [url, init] = again.mock.calls[0] ?? []
  expect(url).toMatch(/\/api\/things$/)
  expect(init?.method).toBe('POST')
  expect(init?.body).toBe('{"name":"Half written"}')
  expect(new Headers(init?.headers).get('Content-Type')).toBe('application/json')
  expect(useSessionExpired.getState().asked).toBe(true)
  expect(useGuard.getState().question).toBeNull()
})

it('gives up as quietly as the person does', async () => {
  mockServer().mockResolvedValueOnce(refusal('auth.step_up'))
  const answer = send('DELETE', '/api/things/1').catch((e: unknown) => e)
  ;(await question()).answer(false)
  expect(isAbort(await answer)).toBe(true)
  expect(again).not.toHaveBeenCalled()
})

it('asks once for several calls that were refused together', async () => {
  mockServer().mockImplementation(() => Promise.resolve(refusal('auth.step_up')))
  again.mockImplementation(() => Promise.resolve(json(200, {})))
  const both = Promise.all([send('POST', '/api/a'), send('POST', '/api/b')])
  ;(await question()).answer(true)
  await both
  expect(again).toHaveBeenCalledTimes(2)
})

it('marks that a second factor is demanded, and leaves every other refusal alone', async () => {
  mockServer().mockResolvedValueOnce(refusal('permission.denied')).mockResolvedValueOnce(refusal('mfa.required'))
  await expect(send('POST', '/api/a')).rejects.toMatchObject({ code: 'permission.denied' })
  expect(useGuard.getState().required).toBe(false)
  await expect(send('POST', '/api/a')).rejects.toMatchObject({ code: 'mfa.required' })
  expect(useGuard.getState().required).toBe(true)
})
