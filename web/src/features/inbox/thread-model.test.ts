import { expect, it } from 'vitest'
import { aComment, aMessage } from './fixtures'
import { firstUnread, indexOfMessage, rowsOf } from './thread-model'
import type { Message } from './types'

const at = (time: string, change: Partial<Message> = {}) =>
  aMessage({ id: `m-${time}`, sentAt: `2026-03-${time.length > 5 ? time : `10T${time}`}:00Z`, ...change })
const rows = (messages: Message[], more: Partial<Parameters<typeof rowsOf>[0]> = {}) =>
  rowsOf({ messages, comments: [], unreadFrom: null, timeZone: 'UTC', older: false, ...more })
const shape = (all: ReturnType<typeof rowsOf>) =>
  all.map((r) => (r.kind === 'message' ? `${r.first ? '(' : ''}${r.album.length}${r.last ? ')' : ''}` : r.kind))

it('separates days by the clock of the person', () => {
  const late = at('10T23:30')
  expect(shape(rows([at('10T09:00'), late]))).toEqual(['day', '(1)', '(1)'])
  expect(shape(rows([at('10T09:00'), late], { timeZone: 'Europe/Berlin' }))).toEqual(['day', '(1)', 'day', '(1)'])
})
it('groups what one person writes in one go', () => {
  const ours = at('09:02', { direction: 'out', author: { id: 'u1', name: 'Anna' } })
  expect(shape(rows([at('09:00'), at('09:01'), ours, at('09:03')]))).toEqual(['day', '(1', '1)', '(1)', '(1)'])
  expect(shape(rows([at('09:00'), at('09:15')]))).toEqual(['day', '(1)', '(1)'])
  const other = at('09:03', { direction: 'out', author: { id: 'u2', name: 'Olga' } })
  expect(shape(rows([ours, other]))).toEqual(['day', '(1)', '(1)'])
})
it('shows an album as one, and a deleted picture of it by itself', () => {
  const album = ['09:00', '09:00', '09:00'].map((t, i) => at(t, { id: `p${i}`, albumId: 'al' }))
  expect(shape(rows([...album, at('09:01')]))).toEqual(['day', '(3', '1)'])
  const gone = { ...(album[1] as Message), deletedAt: '2026-03-10T10:00:00Z' }
  expect(shape(rows([album[0] as Message, gone]))).toEqual(['day', '(1', '1)'])
})
it('puts comments where they were made, and what happened by itself', () => {
  const all = rows([at('09:00'), at('09:01'), at('09:02', { service: { kind: 'joined' } })], { comments: [aComment()] })
  expect(shape(all)).toEqual(['day', '(1)', 'comment', '(1)', 'service'])
})
it('leaves out comments from before what is loaded', () => {
  const early = aComment({ createdAt: '2026-03-09T09:00:00Z' })
  expect(shape(rows([at('09:00')], { comments: [early], older: true }))).toEqual(['day', '(1)'])
  expect(shape(rows([at('09:00')], { comments: [early] }))).toEqual(['day', 'comment', 'day', '(1)'])
})
it('keeps the order of the server within a second, and drops what was taken back', () => {
  const same = ['b', 'a', 'c'].map((id) => at('09:00', { id }))
  const ids = rows([...same, at('09:01', { status: 'canceled' })]).flatMap((r) =>
    r.kind === 'message' ? r.album.map((m) => m.id) : [],
  )
  expect(ids).toEqual(['b', 'a', 'c'])
})
it('finds where one has stopped reading', () => {
  const all = [at('09:00'), at('09:01', { direction: 'out' }), at('09:02'), at('09:03')]
  expect([firstUnread(all, 0), firstUnread(all, 2), firstUnread(all, 3), firstUnread(all, 9)]).toEqual([
    null,
    'm-09:02',
    'm-09:00',
    null,
  ])
  const shown = rows(all, { unreadFrom: 'm-09:02' })
  expect(shape(shown)).toEqual(['day', '(1)', '(1)', 'unread', '(1', '1)'])
  expect(indexOfMessage(shown, 'm-09:03')).toBe(5)
})
