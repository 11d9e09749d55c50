import { QueryClient } from '@tanstack/react-query'
import { beforeEach, expect, it } from 'vitest'
import { setSession } from '@/shared/session/session-query'
import { aSession } from '@/test/app'
import { keys, listOptions, threadOptions } from './api'
import {
  changeChats,
  changeMessage,
  messagesOf,
  newestOf,
  placed,
  putChat,
  putMessages,
  settleLocal,
  type Thread,
  withMessages,
} from './cache'
import { COUNTS_KEY } from './count'
import { aChat, aMessage } from './fixtures'
import { localMessage } from './outbox'
import type { Chat, Message } from './types'

const list = (chats: Chat[], nextCursor: string | null = null) => ({
  pages: [{ items: chats, page: { nextCursor } }],
  pageParams: [undefined],
})
const chat = (id: string, at: string, change: Partial<Chat> = {}) =>
  aChat({ id, lastMessageAt: `2026-03-10T${at}:00Z`, ...change })
const ids = (d: { pages: { items: Chat[] }[] }) => d.pages.flatMap((p) => p.items.map((c) => c.id))
const all = [chat('a', '12:00'), chat('b', '11:00'), chat('c', '10:00')]

let qc: QueryClient
beforeEach(() => {
  qc = new QueryClient()
  setSession(qc, aSession())
})

it('a chat with news moves to its place', () => {
  expect(ids(placed(list(all), chat('c', '13:00'), { queue: 'all' }, 'u1'))).toEqual(['c', 'a', 'b'])
  expect(ids(placed(list(all), chat('n', '11:30'), { queue: 'all' }, 'u1'))).toEqual(['a', 'n', 'b', 'c'])
})
it('a chat that has left the queue goes, one that never was in it does not come', () => {
  expect(ids(placed(list(all), chat('b', '13:00', { state: 'done' }), { queue: 'all' }, 'u1'))).toEqual(['a', 'c'])
  const before = list(all)
  expect(placed(before, chat('n', '13:00'), { queue: 'mine' }, 'u1')).toBe(before)
  expect(placed(before, chat('n', '13:00'), { queue: 'all', search: 'x' }, 'u1')).toBe(before)
})
it('what stands below all that is loaded comes when one scrolls there', () => {
  expect(ids(placed(list(all, 'more'), chat('n', '08:00'), { queue: 'all' }, 'u1'))).toEqual(['a', 'b', 'c'])
  expect(ids(placed(list(all), chat('n', '08:00'), { queue: 'all' }, 'u1'))).toEqual(['a', 'b', 'c', 'n'])
})
it('an older answer does not replace a newer one', () => {
  qc.setQueryData(keys.chat('a'), chat('a', '12:00', { version: 5, title: 'New' }))
  putChat(qc, chat('a', '12:00', { version: 4, title: 'Old' }))
  expect(qc.getQueryData<Chat>(keys.chat('a'))?.title).toBe('New')
})
it('a change shows in every list, moves the counts, and is taken back whole', () => {
  const mine = listOptions({ queue: 'mine' }).queryKey
  const open = listOptions({ queue: 'all' }).queryKey
  const one = chat('a', '12:00', { unread: 2 })
  qc.setQueryData(mine, list([]))
  qc.setQueryData(open, list([one]))
  const counts = {
    mine: 0,
    unassigned: 1,
    all: 1,
    mentions: 0,
    snoozed: 0,
    scheduled: 0,
    accounts: [{ id: 'a1', unread: 1 }],
  }
  qc.setQueryData(COUNTS_KEY, counts)
  const back = changeChats(qc, ['a'], (c) => ({ ...c, assigneeId: 'u1' }))
  expect(ids(qc.getQueryData(mine) as never)).toEqual(['a'])
  expect(qc.getQueryData(COUNTS_KEY)).toMatchObject({ mine: 1, unassigned: 0, all: 1 })
  changeChats(qc, ['a'], (c) => ({ ...c, unread: 0 }))
  expect(qc.getQueryData(COUNTS_KEY)).toMatchObject({ mine: 0, all: 0, accounts: [{ id: 'a1', unread: 0 }] })
  back()
  expect(ids(qc.getQueryData(mine) as never)).toEqual([])
  expect(qc.getQueryData(COUNTS_KEY)).toEqual(counts)
})

const m = (id: string, at: string, change: Partial<Message> = {}) =>
  aMessage({ id, sentAt: `2026-03-10T${at}:00Z`, ...change })
const thread = (messages: Message[], newer = false): Thread => ({
  pages: [{ items: messages, older: false, newer }],
  pageParams: [{}],
})
const texts = (d: Thread | undefined) => messagesOf(d).map((x) => x.id)

it('a new message comes at the end, a known one is replaced in place', () => {
  const d = thread([m('1', '09:00'), m('2', '09:01')])
  const next = withMessages(d, [m('3', '09:02'), m('1', '09:00', { text: 'Edited', version: 2 })])
  expect(texts(next)).toEqual(['1', '2', '3'])
  expect(messagesOf(next)[0]?.text).toBe('Edited')
  expect(messagesOf(withMessages(next, [m('1', '09:00', { text: 'Late', version: 1 })]))[0]?.text).toBe('Edited')
})
it('nothing is put at an end that is not loaded, nor before the beginning', () => {
  expect(texts(withMessages(thread([m('1', '09:00')], true), [m('2', '09:01')]))).toEqual(['1'])
  expect(texts(withMessages(thread([m('2', '09:01')]), [m('1', '09:00')]))).toEqual(['2'])
})
it('what is sent keeps its row, whichever of answer and event is first', () => {
  const key = threadOptions('c1').queryKey
  const sending = localMessage(aChat(), { text: 'Hi', entities: [], replyTo: null, files: [] }, 'x', {
    id: 'u1',
    name: 'Anna',
  })
  const sent = m('9', '09:05', { direction: 'out', clientId: 'x', version: 1 })
  qc.setQueryData(key, thread([m('1', '09:00')]))
  putMessages(qc, 'c1', [sending])
  expect(newestOf(qc, 'c1')).toBe('1')
  putMessages(qc, 'c1', [sent]) // told before the answer
  settleLocal(qc, 'c1', sending.id, sent)
  const after = messagesOf(qc.getQueryData(key))
  expect(after.map((x) => x.id)).toEqual(['1', '9'])
  expect(after[1]?.rowKey).toBe(sending.rowKey)
  expect(after[1]?.local).toBeUndefined()
})
it('an answer that comes first is not doubled by the event', () => {
  const key = threadOptions('c1').queryKey
  const sending = localMessage(aChat(), { text: 'Hi', entities: [], replyTo: null, files: [] }, 'x', {
    id: 'u1',
    name: 'Anna',
  })
  const sent = m('9', '09:05', { direction: 'out', clientId: 'x' })
  qc.setQueryData(key, thread([m('1', '09:00')]))
  putMessages(qc, 'c1', [sending])
  settleLocal(qc, 'c1', sending.id, sent)
  putMessages(qc, 'c1', [sent])
  expect(texts(qc.getQueryData(key))).toEqual(['1', '9'])
})
it('a message that goes is gone, and can come back', () => {
  const key = threadOptions('c1').queryKey
  qc.setQueryData(key, thread([m('1', '09:00'), m('2', '09:01')]))
  const back = changeMessage(qc, 'c1', '1', () => null)
  expect(texts(qc.getQueryData(key))).toEqual(['2'])
  back()
  expect(texts(qc.getQueryData(key))).toEqual(['1', '2'])
})

it('a change does not stop a list that is being read for the first time', async () => {
  const options = listOptions({ queue: 'all' })
  let answer: (v: unknown) => void = () => {}
  const reading = qc.fetchInfiniteQuery({
    ...options,
    queryFn: () => new Promise((resolve) => (answer = resolve)) as never,
  })
  changeChats(qc, ['a'], (c) => ({ ...c, unread: 0 }))
  answer({ items: all, page: { nextCursor: null } })
  await reading
  expect(ids(qc.getQueryData(options.queryKey) as never)).toEqual(['a', 'b', 'c'])
})
