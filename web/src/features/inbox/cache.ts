import type { InfiniteData, Query, QueryClient, QueryKey } from '@tanstack/react-query'
import { getLoadedSession } from '@/shared/session/session-query'
import { keys, type ListQuery, type Stretch } from './api'
import { COUNTS_KEY } from './count'
import { belongs, newestFirst } from './model'
import type { Chat, ChatPage, Comment, InboxCounts, Message } from './types'

/** Chats and messages in the query cache: put in and changed where they are shown, instead of reading all again. */
type Lists = InfiniteData<ChatPage>
export type Thread = InfiniteData<Stretch>

/** A list with a chat in its place; out of it when it does not belong there (any more). */
export function placed(data: Lists, chat: Chat, query: ListQuery, me: string): Lists {
  const was = data.pages.some((p) => p.items.some((c) => c.id === chat.id))
  const there = belongs(chat, query, me) ?? was
  if (!was && !there) return data
  const pages = data.pages.map((p) => ({ ...p, items: p.items.filter((c) => c.id !== chat.id) }))
  if (!there) return { ...data, pages }
  for (const [i, page] of pages.entries()) {
    const at = page.items.findIndex((c) => newestFirst(chat, c) < 0)
    const isLast = i === pages.length - 1
    if (at < 0 && !isLast) continue
    // Below everything that is loaded, with more to come: it comes with them.
    if (at < 0 && page.page.nextCursor && page.items.length > 0) break
    const items = [...page.items]
    items.splice(at < 0 ? items.length : at, 0, chat)
    pages[i] = { ...page, items }
    break
  }
  return { ...data, pages }
}
const listsOf = (qc: QueryClient) => qc.getQueriesData<Lists>({ queryKey: keys.lists })

export function putChat(qc: QueryClient, chat: Chat) {
  const me = getLoadedSession(qc)?.user.id ?? ''
  const known = qc.getQueryData<Chat>(keys.chat(chat.id))
  if (known && known.version > chat.version) return
  qc.setQueryData(keys.chat(chat.id), chat)
  for (const [key, data] of listsOf(qc))
    if (data) qc.setQueryData<Lists>(key, placed(data, chat, key[1] as ListQuery, me))
  for (const [key, chats] of qc.getQueriesData<Chat[]>({ queryKey: keys.chatsOf }))
    if (chats?.some((c) => c.id === chat.id))
      qc.setQueryData(
        key,
        chats.map((c) => (c.id === chat.id ? chat : c)),
      )
}
export function findChat(qc: QueryClient, id: string): Chat | undefined {
  const one = qc.getQueryData<Chat>(keys.chat(id))
  if (one) return one
  for (const [, data] of listsOf(qc))
    for (const p of data?.pages ?? []) {
      const found = p.items.find((c) => c.id === id)
      if (found) return found
    }
  return undefined
}
const AGAIN_MS = 1500
/** An answer that is under way knows nothing of the change: it is asked for again later. A first one is waited for. */
function holdLists(qc: QueryClient) {
  const lists = { queryKey: keys.lists, predicate: (q: Query) => q.state.data !== undefined }
  if (qc.isFetching(lists) === 0) return
  void qc.cancelQueries(lists)
  setTimeout(() => void qc.invalidateQueries(lists), AGAIN_MS)
}

/** Changes some at once, wherever they are shown. Gives how to take it back. */
export function changeChats(qc: QueryClient, ids: readonly string[], how: (c: Chat) => Chat) {
  holdLists(qc)
  const before: [QueryKey, unknown][] = [
    ...listsOf(qc),
    ...ids.map((id): [QueryKey, unknown] => [keys.chat(id), qc.getQueryData(keys.chat(id))]),
    [COUNTS_KEY, qc.getQueryData(COUNTS_KEY)],
  ]
  for (const id of ids) {
    const chat = findChat(qc, id)
    if (!chat) continue
    const next = how(chat)
    putChat(qc, next)
    recount(qc, chat, next)
  }
  return () => {
    for (const [key, data] of before) qc.setQueryData(key, data)
  }
}

const COUNTED = ['mine', 'unassigned', 'all', 'mentions'] as const
/** The numbers of the queues count conversations with something new. */
function recount(qc: QueryClient, was: Chat, is: Chat) {
  const me = getLoadedSession(qc)?.user.id ?? ''
  const counts = (c: Chat, queue: (typeof COUNTED)[number]) =>
    (queue === 'mentions' ? c.mentionsUnread : c.unread) > 0 && belongs(c, { queue }, me) === true
  qc.setQueryData<InboxCounts>(COUNTS_KEY, (now) => {
    if (!now) return now
    const next = { ...now }
    for (const q of COUNTED) next[q] = Math.max(0, now[q] + Number(counts(is, q)) - Number(counts(was, q)))
    const less = Number(counts(is, 'all')) - Number(counts(was, 'all'))
    next.accounts = now.accounts.map((a) =>
      a.id === is.accountId ? { ...a, unread: Math.max(0, a.unread + less) } : a,
    )
    return next
  })
}

const threadsOf = (qc: QueryClient, chatId: string) => qc.getQueriesData<Thread>({ queryKey: keys.threads(chatId) })
export const hasThread = (qc: QueryClient, chatId: string) => threadsOf(qc, chatId).some(([, d]) => d !== undefined)
export const messagesOf = (data: Thread | undefined): Message[] => {
  // A stretch that was read around a message may meet one that is there already.
  const seen = new Set<string>()
  return data?.pages.flatMap((p) => p.items).filter((m) => !seen.has(m.id) && seen.add(m.id)) ?? []
}

/** An older answer never replaces a newer one; what was only here stays known by its row. */
const merged = (was: Message, is: Message): Message =>
  was.version > is.version ? was : { ...is, ...(was.rowKey && { rowKey: was.rowKey }) }

/** A thread with messages in it: those it has are replaced, new ones come at its end if the end is loaded. */
export function withMessages(data: Thread, items: readonly Message[]): Thread {
  const fresh = new Map(items.map((m) => [m.id, m]))
  // What was sent from here may come back before the answer to the sending does.
  const sent = new Map(items.flatMap((m) => (m.clientId && !m.local ? [[m.clientId, m]] : [])))
  const freshOf = (m: Message) => fresh.get(m.id) ?? (m.local && sent.get(m.local.clientId))
  const pages = data.pages.map((p) => {
    if (!p.items.some(freshOf)) return p
    const next = p.items.map((m) => {
      const is = freshOf(m)
      if (!is) return m
      fresh.delete(is.id)
      return merged(m, is)
    })
    return { ...p, items: next }
  })
  const last = pages.at(-1)
  if (!last || last.newer || fresh.size === 0) return { ...data, pages }
  const newest = last.items.findLast((m) => !m.local)
  // What is older than all that is here comes when one scrolls there.
  const added = [...fresh.values()].filter(
    (m) => !newest || m.local || Date.parse(m.sentAt) >= Date.parse(newest.sentAt),
  )
  const there = last.items.filter((m) => !m.local)
  const local = last.items.filter((m) => m.local)
  const all = [...there, ...added.filter((m) => !m.local).sort(byTime), ...local, ...added.filter((m) => m.local)]
  pages[pages.length - 1] = { ...last, items: all }
  return { ...data, pages }
}
const byTime = (a: Message, b: Message) => Date.parse(a.sentAt) - Date.parse(b.sentAt)

export function putMessages(qc: QueryClient, chatId: string, items: readonly Message[]) {
  for (const [key, data] of threadsOf(qc, chatId)) if (data) qc.setQueryData<Thread>(key, withMessages(data, items))
}
export function changeMessage(qc: QueryClient, chatId: string, id: string, how: (m: Message) => Message | null) {
  const before = threadsOf(qc, chatId)
  for (const [key, data] of before) {
    if (!data?.pages.some((p) => p.items.some((m) => m.id === id))) continue
    const pages = data.pages.map((p) => ({
      ...p,
      items: p.items.flatMap((m) => {
        const next = m.id === id ? how(m) : m
        return next ? [next] : []
      }),
    }))
    qc.setQueryData<Thread>(key, { ...data, pages })
  }
  return () => {
    for (const [key, data] of before) qc.setQueryData(key, data)
  }
}
/** What was shown before the server knew of it becomes what the server made of it. */
export function settleLocal(qc: QueryClient, chatId: string, localId: string, sent: Message) {
  for (const [key, data] of threadsOf(qc, chatId)) {
    if (!data) continue
    const there = data.pages.some((p) => p.items.some((m) => m.id === sent.id))
    const pages = data.pages.map((p) => ({
      ...p,
      items: p.items.flatMap((m) => {
        if (m.id !== localId) return [m]
        return there ? [] : [{ ...sent, rowKey: m.rowKey ?? m.id }]
      }),
    }))
    qc.setQueryData<Thread>(key, { ...data, pages })
  }
}
export function newestOf(qc: QueryClient, chatId: string): string | undefined {
  for (const [, data] of threadsOf(qc, chatId)) {
    const last = data?.pages.at(-1)
    const newest = last?.newer === false ? last.items.findLast((m) => !m.local) : undefined
    if (newest) return newest.id
  }
  return undefined
}
export function findMessage(qc: QueryClient, chatId: string, id: string): Message | undefined {
  for (const [, data] of threadsOf(qc, chatId)) {
    const found = messagesOf(data).find((m) => m.id === id)
    if (found) return found
  }
  return undefined
}
export const changeComments = (qc: QueryClient, chatId: string, how: (all: Comment[]) => Comment[]) =>
  qc.setQueryData<Comment[]>(keys.comments(chatId), (all) => all && how(all))
