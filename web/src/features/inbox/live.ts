import type { QueryClient } from '@tanstack/react-query'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { isApiError } from '@/shared/api/errors'
import type { LiveEvent } from '@/shared/live/effects'
import { onNews } from '@/shared/live/news'
import { api, keys } from './api'
import {
  changeChats,
  changeMessage,
  findChat,
  findMessage,
  hasThread,
  messagesOf,
  newestOf,
  putChat,
  putMessages,
  type Thread,
} from './cache'
import type { Chat, Message, MessageStatus } from './types'

/**
 * What happens in conversations shows in lists and threads by itself. States are written from the event; of what is new
 * only the chat and the messages that it is about are asked for, gathered for a moment. After a burst lists are read
 * again, once.
 */
const GATHER_MS = 120
const GAP_MS = 500
/** More than these at once are cheaper to read as a list. */
const MOST_CHATS = 12
const MOST_MESSAGES = 10

const STATES: Record<string, MessageStatus> = {
  'message.sent': 'sent',
  'message.delivered': 'delivered',
}
const RANK: Record<MessageStatus, number> = {
  queued: 0,
  canceled: 0,
  failed: 0,
  received: 0,
  sent: 1,
  delivered: 2,
  read: 3,
}
/** A state never goes back: events of two processes may come in any order. */
export const withStatus = (m: Message, status: MessageStatus): Message =>
  m.direction === 'in' || RANK[m.status] >= RANK[status] ? m : { ...m, status, waiting: null, error: null }

type About = { chatId: string | null; messages: readonly string[] }
export function aboutOf({ type, subject, data }: LiveEvent): About {
  const text = (v: unknown) => (typeof v === 'string' ? v : null)
  const ofChat = subject.kind === 'chat'
  const one = text(data['messageId'])
  const some = Array.isArray(data['messageIds']) ? (data['messageIds'] as string[]) : []
  const messages = type.startsWith('message.') && !ofChat ? subject.ids : []
  return {
    chatId: text(data['chatId']) ?? (ofChat ? (subject.ids[0] ?? null) : null),
    messages: [...new Set([...messages, ...some, ...(one ? [one] : [])])],
  }
}

export function watchInbox(qc: QueryClient): () => void {
  const chats = new Set<string>()
  const arrived = new Set<string>()
  const changed = new Map<string, Set<string>>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let began = 0
  const soon = () => {
    timer ??= setTimeout(flush, Math.max(GATHER_MS, began + GAP_MS - Date.now()))
  }
  const flush = () => {
    timer = undefined
    began = Date.now()
    const [ids, news, old] = [[...chats], [...arrived], [...changed]]
    chats.clear()
    arrived.clear()
    changed.clear()
    void readChats(qc, ids)
    for (const id of news) void readNews(qc, id).catch(() => {})
    for (const [id, messages] of old) void readChanged(qc, id, [...messages]).catch(() => {})
  }
  const reread = (chatId: string, ids: readonly string[]) => {
    const some = changed.get(chatId) ?? new Set()
    for (const id of ids) some.add(id)
    changed.set(chatId, some)
  }
  const hear = (event: LiveEvent) => {
    const area = event.type.split('.')[0] ?? ''
    if (!['message', 'chat', 'media', 'comment', 'draft'].includes(area)) return
    const { chatId, messages } = aboutOf(event)
    const state = STATES[event.type]
    if (area === 'comment') {
      if (chatId) void qc.invalidateQueries({ queryKey: keys.comments(chatId) })
    } else if (chatId && event.type === 'message.read') {
      if (event.data['by'] === 'them') reread(chatId, readUntil(qc, chatId, String(event.data['until'])))
    } else if (state && chatId) {
      const unknown = setStates(qc, chatId, messages, state)
      if (unknown && state === 'sent') arrived.add(chatId)
      // Its number is needed to know when they have read it.
      else if (state === 'sent') reread(chatId, messages)
    } else if (chatId && ['message.received', 'message.queued', 'message.scheduled'].includes(event.type))
      arrived.add(chatId)
    else if (chatId && messages.length > 0) reread(chatId, messages)
    else if (area === 'media') for (const [id, message] of withMedia(qc, event.subject.ids)) reread(id, [message])
    if (chatId && area !== 'media' && state !== 'delivered') chats.add(chatId)
    for (const id of event.subject.kind === 'chat' ? event.subject.ids : []) chats.add(id)
    soon()
  }
  const stop = onNews(hear)
  return () => {
    clearTimeout(timer)
    stop()
  }
}

/** Ours that they have. True when one is not known here. */
function setStates(qc: QueryClient, chatId: string, ids: readonly string[], status: MessageStatus): boolean {
  let unknown = false
  for (const id of ids) {
    unknown ||= !findMessage(qc, chatId, id)
    changeMessage(qc, chatId, id, (m) => withStatus(m, status))
  }
  const last = findChat(qc, chatId)?.lastMessage
  if (last?.direction === 'out' && ids.includes(last.id) && RANK[last.status] < RANK[status])
    changeChats(qc, [chatId], (c) => (c.lastMessage ? { ...c, lastMessage: { ...c.lastMessage, status } } : c))
  return unknown
}
/** They have read all of ours up to this one; messages of a chat are numbered as they come. Gives those without a number. */
export function readUntil(qc: QueryClient, chatId: string, until: string): string[] {
  const most = Number(until)
  if (!Number.isFinite(most)) return []
  const ids = new Set<string>()
  const unknown = new Set<string>()
  for (const [, data] of qc.getQueriesData<Thread>({ queryKey: keys.threads(chatId) }))
    for (const m of data ? messagesOf(data) : [])
      if (m.direction !== 'out' || m.status === 'read') continue
      else if (m.externalId !== null && Number(m.externalId) <= most) ids.add(m.id)
      else if (m.externalId === null && (m.status === 'sent' || m.status === 'delivered')) unknown.add(m.id)
  setStates(qc, chatId, [...ids], 'read')
  return [...unknown]
}
function withMedia(qc: QueryClient, ids: readonly string[]): [string, string][] {
  const found: [string, string][] = []
  for (const [key, data] of qc.getQueriesData<{ pages: { items: Message[] }[] }>({ queryKey: ['thread'] }))
    for (const m of data?.pages.flatMap((p) => p.items) ?? [])
      if (m.media.some((x) => ids.includes(x.id))) found.push([String(key[1]), m.id])
  return found
}

async function readChats(qc: QueryClient, ids: readonly string[]) {
  if (ids.length === 0) return
  if (ids.length > MOST_CHATS) {
    void qc.invalidateQueries({ queryKey: keys.lists })
    for (const id of ids) void qc.invalidateQueries({ queryKey: keys.chat(id) })
    return
  }
  await Promise.all(
    ids.map((id) =>
      api.chat(id).then(
        (chat) => putChat(qc, chat),
        (e: unknown) => {
          // Out of reach from now on: it was assigned to somebody else.
          if (isApiError(e) && (e.status === 404 || e.status === 403)) forgetChat(qc, id)
        },
      ),
    ),
  )
}
export function forgetChat(qc: QueryClient, id: string) {
  qc.setQueriesData<{ pages: { items: Chat[] }[]; pageParams: unknown[] }>(
    { queryKey: keys.lists },
    (d) => d && { ...d, pages: d.pages.map((p) => ({ ...p, items: p.items.filter((c) => c.id !== id) })) },
  )
}
/** What came after the newest that is loaded. */
export async function readNews(qc: QueryClient, chatId: string) {
  if (!hasThread(qc, chatId)) return
  const after = newestOf(qc, chatId)
  const { items } = await api.messages(chatId, after ? { after } : {})
  putMessages(qc, chatId, items)
}
async function readChanged(qc: QueryClient, chatId: string, ids: readonly string[]) {
  const shown = ids.filter((id) => findMessage(qc, chatId, id))
  if (shown.length > MOST_MESSAGES) return void qc.invalidateQueries({ queryKey: keys.threads(chatId) })
  putMessages(qc, chatId, await Promise.all(shown.map((id) => api.message(id))))
}

/** As long as the inbox is open. Threads that nobody keeps up to date are forgotten with it. */
export function useInboxLive() {
  const qc = useQueryClient()
  useEffect(() => {
    const stop = watchInbox(qc)
    return () => {
      stop()
      qc.removeQueries({ queryKey: ['thread'], type: 'inactive' })
      // What is still on screen for the moment of leaving goes as well.
      setTimeout(() => qc.removeQueries({ queryKey: ['thread'], type: 'inactive' }))
    }
  }, [qc])
}
