import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { LiveEvent } from '@/shared/live/effects'
import { tellNews } from '@/shared/live/news'
import { setSession } from '@/shared/session/session-query'
import { aSession, json, mockServer } from '@/test/app'
import { keys, listOptions, threadOptions } from './api'
import { messagesOf, type Thread } from './cache'
import { aChat, aMessage } from './fixtures'
import { watchInbox, withStatus } from './live'
import type { Chat, Message } from './types'

let qc: QueryClient
let server: ReturnType<typeof mockServer>
let stop = () => {}
const event = (type: string, data: object, ids: string[] = [], kind = type.split('.')[0] as string): LiveEvent => ({
  seq: 1,
  type,
  occurredAt: '2026-03-10T09:00:00Z',
  cause: { requestId: 'x' },
  subject: { kind, ids, count: ids.length },
  data: data as Record<string, unknown>,
})
const ours = (id: string, externalId: string | null, change: Partial<Message> = {}) =>
  aMessage({ id, externalId, direction: 'out', status: 'sent', ...change })
const threadKey = threadOptions('c1').queryKey
const listKey = listOptions({ queue: 'all' }).queryKey
const asked = () => server.mock.calls.map(([r]) => `${r.method} ${new URL(r.url).pathname}${new URL(r.url).search}`)
const statuses = () => messagesOf(qc.getQueryData<Thread>(threadKey)).map((m) => m.status)
const shown = (chat: Chat) => {
  qc.setQueryData(listKey, { pages: [{ items: [chat], page: { nextCursor: null } }], pageParams: [undefined] })
  qc.setQueryData(keys.chat(chat.id), chat)
}
const thread = (items: Message[]) =>
  qc.setQueryData<Thread>(threadKey, { pages: [{ items, older: false, newer: false }], pageParams: [{}] })
const settle = () => vi.advanceTimersByTimeAsync(700)

beforeEach(() => {
  vi.useFakeTimers()
  qc = new QueryClient()
  setSession(qc, aSession())
  server = mockServer()
  stop = watchInbox(qc)
})
afterEach(() => {
  stop()
  vi.useRealTimers()
})

it('a message that comes is asked for once, with its chat, however many events tell of it', async () => {
  shown(aChat())
  thread([aMessage({ id: 'm1' })])
  server.mockImplementation(async (r) =>
    r.url.includes('/messages')
      ? json(200, { items: [aMessage({ id: 'm2', sentAt: '2026-03-10T09:01:00Z', text: 'New' })] })
      : json(200, aChat({ unread: 1, version: 2 })),
  )
  for (let i = 0; i < 20; i++) tellNews(event('message.received', { chatId: 'c1', messageId: `x${i}` }, [`x${i}`]))
  await settle()
  expect(asked().sort()).toEqual([
    'GET /api/messaging/chats/c1',
    'GET /api/messaging/messages?chatId=c1&after=m1&limit=50',
  ])
  expect(messagesOf(qc.getQueryData<Thread>(threadKey)).map((m) => m.text)).toEqual(['Hello', 'New'])
  expect(qc.getQueryData<Chat>(keys.chat('c1'))?.unread).toBe(1)
})
it('a thread that nobody opened is not asked for', async () => {
  server.mockResolvedValue(json(200, aChat()))
  tellNews(event('message.received', { chatId: 'c1', messageId: 'x' }, ['x']))
  await settle()
  expect(asked()).toEqual(['GET /api/messaging/chats/c1'])
})
it('they have read up to a message: it and all of ours before have two ticks', async () => {
  shown(
    aChat({
      lastMessage: { id: 'b', text: '', direction: 'out', status: 'sent', at: '', mediaKind: null, senderName: null },
    }),
  )
  thread([ours('a', '5'), aMessage({ id: 'x', externalId: '6' }), ours('b', '7'), ours('c', '8')])
  server.mockResolvedValue(json(200, aChat({ version: 0 })))
  tellNews(event('message.read', { chatId: 'c1', by: 'them', until: '7' }, ['c1'], 'chat'))
  expect(statuses()).toEqual(['read', 'received', 'read', 'sent'])
  expect(qc.getQueryData<Chat>(keys.chat('c1'))?.lastMessage?.status).toBe('read')
})
it('what was sent from here gets its number, so that it gets its second tick', async () => {
  thread([ours('a', null)])
  const number = ours('a', '7', { version: 2 })
  server.mockImplementation(async (r) => json(200, r.url.endsWith('/messages/a') ? number : aChat()))
  tellNews(event('message.sent', { chatId: 'c1', messageId: 'a' }, ['a']))
  await settle()
  tellNews(event('message.read', { chatId: 'c1', by: 'them', until: '7' }, ['c1'], 'chat'))
  expect(statuses()).toEqual(['read'])
})
it('one without a number is asked for when they have read', async () => {
  thread([ours('a', null), ours('b', null, { status: 'queued' })])
  const read = ours('a', '7', { version: 3, status: 'read' })
  server.mockImplementation(async (r) => json(200, r.url.endsWith('/messages/a') ? read : aChat()))
  tellNews(event('message.read', { chatId: 'c1', by: 'them', until: '7' }, ['c1'], 'chat'))
  await settle()
  expect(statuses()).toEqual(['read', 'queued'])
  expect(asked()).not.toContain('GET /api/messaging/messages/b')
})
it('what we read elsewhere changes no tick', () => {
  thread([ours('a', '5')])
  tellNews(event('message.read', { chatId: 'c1', by: 'us', until: '9' }, ['c1'], 'chat'))
  expect(statuses()).toEqual(['sent'])
})
it('a state never goes back', () => {
  const read = ours('a', '5', { status: 'read' })
  expect(withStatus(read, 'sent')).toBe(read)
  expect(withStatus(aMessage({ direction: 'out', status: 'queued' }), 'sent').status).toBe('sent')
  expect(withStatus(aMessage({ direction: 'out', status: 'failed' }), 'sent').status).toBe('sent')
})
it('an edited message is read anew by itself', async () => {
  thread([aMessage({ id: 'm1' }), aMessage({ id: 'm2' })])
  server.mockImplementation(async (r) =>
    r.url.endsWith('/messages/m2') ? json(200, aMessage({ id: 'm2', text: 'Edited', version: 2 })) : json(200, aChat()),
  )
  tellNews(event('message.edited', { chatId: 'c1', messageId: 'm2' }, ['m2']))
  await settle()
  expect(messagesOf(qc.getQueryData<Thread>(threadKey)).map((m) => m.text)).toEqual(['Hello', 'Edited'])
})
it('after a burst over many chats the list is read once', async () => {
  const refetch = vi.spyOn(qc, 'invalidateQueries')
  for (let i = 0; i < 40; i++) tellNews(event('message.received', { chatId: `c${i}`, messageId: `x${i}` }, [`x${i}`]))
  await settle()
  expect(asked()).toEqual([])
  expect(refetch).toHaveBeenCalledWith({ queryKey: keys.lists })
})
it('a chat that is out of reach now leaves the list', async () => {
  shown(aChat())
  server.mockResolvedValue(json(404, { error: 'Gone', code: 'not_found', requestId: 'r', details: [] }))
  tellNews(event('chat.assigned', { chatId: 'c1', to: 'u9' }, ['c1']))
  await settle()
  expect(qc.getQueryData<{ pages: { items: Chat[] }[] }>(listKey)?.pages[0]?.items).toEqual([])
})
it('other areas are none of its business', async () => {
  tellNews(event('deal.updated', {}, ['d1']))
  await settle()
  expect(asked()).toEqual([])
})
