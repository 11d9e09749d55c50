import { dayOf } from '@/shared/lib/dates'
import type { ListQuery } from './api'
import type { Chat, Message } from './types'

/** What the inbox shows of a conversation. Pure. */
/** Whoever types under the name of the chat, or of a part of it, is on the other side. */
export const isTheirs = (c: Pick<Chat, 'id' | 'parts'>, typist: string) =>
  typist === c.id || c.parts.some((p) => p.id === typist)
export const nameOf = (c: Pick<Chat, 'contact' | 'title'>) => c.contact?.name ?? c.title
export const isGroup = ({ kind }: Pick<Chat, 'kind'>) => kind === 'group' || kind === 'supergroup' || kind === 'channel'

/** Whether a conversation stands in a queue; null when only the server knows. */
export function belongs(c: Chat, query: ListQuery, me: string, now = Date.now()): boolean | null {
  if (c.mergedInto) return false
  if (query.accountId && c.accountId !== query.accountId) return false
  if (query.tag && !c.tags.includes(query.tag)) return false
  const asleep = c.state === 'snoozed' && (c.snoozedUntil === null || Date.parse(c.snoozedUntil) > now)
  const open = c.state === 'open' || (c.state === 'snoozed' && !asleep)
  const there = {
    mine: open && c.assigneeId === me,
    unassigned: open && c.assigneeId === null,
    all: open,
    mentions: c.mentionsUnread > 0 ? open : null,
    snoozed: asleep,
    scheduled: c.scheduled > 0,
    done: c.state === 'done',
  }[query.queue]
  // A search is answered by the server; what it found goes when it leaves the queue.
  return query.search && there ? null : there
}
/** Newest first, as the server has it. */
export const newestFirst = (a: Chat, b: Chat) =>
  Date.parse(b.lastMessageAt ?? '') - Date.parse(a.lastMessageAt ?? '') || (a.id < b.id ? 1 : -1)

const MINUTE_MS = 60_000
export type Urgency = 'calm' | 'soon' | 'late'
/** How long they have waited for an answer: minutes up to an hour, hours up to two days, then days. */
export function waitingOf(since: string | null, now: number) {
  if (!since) return null
  const minutes = Math.max(0, Math.floor((now - Date.parse(since)) / MINUTE_MS))
  const urgency: Urgency = minutes < 60 ? 'calm' : minutes < 240 ? 'soon' : 'late'
  if (minutes < 60) return { urgency, unit: 'minute' as const, count: Math.max(1, minutes) }
  if (minutes < 48 * 60) return { urgency, unit: 'hour' as const, count: Math.floor(minutes / 60) }
  return { urgency, unit: 'day' as const, count: Math.floor(minutes / 1440) }
}

/** The time for today, else the day. */
export const isToday = (at: string, timeZone: string, now = Date.now()) => dayOf(at, timeZone) === dayOf(now, timeZone)

/** The conversation that comes next when this one leaves the list. */
export function neighbour(ids: readonly string[], id: string, by: 1 | -1): string | undefined {
  const at = ids.indexOf(id)
  return at < 0 ? ids[0] : ids[at + by]
}
/** After this one is gone: the next, at the end the one before. */
export const afterwards = (ids: readonly string[], id: string) => neighbour(ids, id, 1) ?? neighbour(ids, id, -1)

/** May be changed or taken back: ours, and with them. */
export const isOurs = (m: Message) => m.direction === 'out' && m.deletedAt === null && m.service === null
export const mayEdit = (m: Message) =>
  isOurs(m) && m.media.length === 0 && !m.local && m.status !== 'failed' && m.status !== 'canceled'
export const mayAnswer = (m: Message) =>
  m.deletedAt === null && m.service === null && !m.local && m.externalId !== null && m.status !== 'canceled'
export const isWaiting = (m: Message) => m.status === 'queued' && !m.local

/** How their name may be said in a field: the first word. */
export const firstName = (name: string) => name.trim().split(/\s+/)[0] ?? name
