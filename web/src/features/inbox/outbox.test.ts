import { QueryClient } from '@tanstack/react-query'
import { beforeEach, expect, it, vi } from 'vitest'
import { setSession } from '@/shared/session/session-query'
import { aSession, json, mockServer } from '@/test/app'
import { actionsOf, inverseOf, withReaction } from './actions'
import { keys, threadOptions } from './api'
import { messagesOf, type Thread } from './cache'
import { aChat, aMessage } from './fixtures'
import { dropUnsent, sendAgain, sendMessage } from './outbox'
import type { Chat, SendInput } from './types'

let qc: QueryClient
let server: ReturnType<typeof mockServer>
const key = threadOptions('c1').queryKey
const me = { id: 'u1', name: 'Anna' }
const what = { text: 'Hi', entities: [], replyTo: null, files: [] }
const rows = () => messagesOf(qc.getQueryData<Thread>(key))

beforeEach(() => {
  qc = new QueryClient()
  setSession(qc, aSession())
  qc.setQueryData<Thread>(key, { pages: [{ items: [aMessage()], older: false, newer: false }], pageParams: [{}] })
  qc.setQueryData(
    keys.chat('c1'),
    aChat({ draft: { text: 'Hi', at: '', replyTo: null }, waitingSince: '2026-03-10T08:00:00Z' }),
  )
  server = mockServer()
})

it('shows at once what is sent, and becomes what the server made of it', async () => {
  let answer: (r: Response) => void = () => {}
  server.mockImplementation(() => new Promise((resolve) => (answer = resolve)))
  const done = sendMessage(qc, aChat(), what, me)
  await vi.waitFor(() => expect(server).toHaveBeenCalled())
  expect(rows().at(-1)).toMatchObject({ text: 'Hi', status: 'queued', local: { state: 'sending' } })
  expect(qc.getQueryData<Chat>(keys.chat('c1'))).toMatchObject({ draft: null, waitingSince: null })
  answer(json(201, aMessage({ id: 'm9', direction: 'out', status: 'queued', text: 'Hi' })))
  await done
  expect(rows().map((m) => m.id)).toEqual(['m1', 'm9'])
})
it('says what could not be sent, and sends it again under the same id', async () => {
  const sent: SendInput[] = []
  server.mockImplementation(async (r) => {
    sent.push((await r.json()) as SendInput)
    return sent.length === 1
      ? json(503, { error: 'The queue is full', code: 'x', requestId: 'r', details: [] })
      : json(201, aMessage({ id: 'm9', direction: 'out', text: 'Hi' }))
  })
  await sendMessage(qc, aChat(), what, me)
  const unsent = rows().at(-1)
  expect(unsent?.local).toMatchObject({ state: 'unsent', reason: 'The queue is full' })
  await sendAgain(qc, unsent as never)
  expect(sent[1]?.clientId).toBe(sent[0]?.clientId)
  expect(rows().map((m) => m.id)).toEqual(['m1', 'm9'])
})
it('drops what nobody has seen', async () => {
  server.mockRejectedValue(new TypeError('Failed to fetch'))
  await sendMessage(qc, aChat(), what, me)
  dropUnsent(qc, rows().at(-1) as never)
  expect(rows().map((m) => m.id)).toEqual(['m1'])
})

it('takes a change back that the server refuses', async () => {
  server.mockResolvedValue(json(403, { error: 'No', code: 'forbidden', requestId: 'r', details: [] }))
  await actionsOf(qc).done([aChat()])
  expect(qc.getQueryData<Chat>(keys.chat('c1'))?.state).toBe('open')
})
it('tries a change again with the newer version', async () => {
  const versions: unknown[] = []
  server.mockImplementation(async (r) => {
    if (r.method === 'GET') return json(200, aChat({ version: 7 }))
    const body = (await r.json()) as { version: number }
    versions.push(body.version)
    return body.version === 7
      ? json(200, aChat({ version: 8, state: 'done' }))
      : json(409, { error: 'Changed', code: 'conflict', requestId: 'r', details: [] })
  })
  await actionsOf(qc).done([aChat()])
  expect(versions).toEqual([1, 7])
  expect(qc.getQueryData<Chat>(keys.chat('c1'))).toMatchObject({ state: 'done', version: 8 })
})
it('a message that was taken back before it went is gone', async () => {
  const queued = aMessage({ id: 'm2', direction: 'out', status: 'queued' })
  qc.setQueryData<Thread>(key, { pages: [{ items: [queued], older: false, newer: false }], pageParams: [{}] })
  server.mockImplementation(async (r) => json(200, r.method === 'POST' ? { ...queued, status: 'canceled' } : aChat()))
  expect(await actionsOf(qc).cancel(queued)).toBe(true)
  expect(rows()).toEqual([])
})
it('knows how to take a change back', () => {
  expect(inverseOf(aChat({ tags: ['a'], assigneeId: 'u2' }), { tags: [], assigneeId: null })).toEqual({
    tags: ['a'],
    assigneeId: 'u2',
  })
})
it('one person has one reaction', () => {
  const all = [
    { emoji: '👍', count: 2, ours: true },
    { emoji: '🔥', count: 1, ours: false },
  ]
  expect(withReaction(all, '🔥')).toEqual([
    { emoji: '👍', count: 1, ours: false },
    { emoji: '🔥', count: 2, ours: true },
  ])
  expect(withReaction([{ emoji: '👍', count: 1, ours: true }], null)).toEqual([])
})
