import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query'
import { getContact } from '@/api/gen/sdk.gen'
import { get, send } from '@/shared/api/call'
import type { InboxSearch, Queue } from './search-params'
import type {
  Chat,
  ChatAccount,
  ChatPage,
  ChatPatch,
  Comment,
  Message,
  MessageEdit,
  MessageList,
  SearchHit,
  SendInput,
  Template,
} from './types'

const M = '/api/messaging'
const chatPath = (id: string) => `${M}/chats/${id}`
const messagePath = (id: string) => `${M}/messages/${id}`

export const PAGE = 40
export const THREAD_PAGE = 50
/** The last ones: more than anybody reads of a thread. */
const COMMENTS = 100

export type ListQuery = { queue: Queue; accountId?: string; tag?: string; search?: string }
export type At = { before?: string; after?: string; around?: string }

export const api = {
  list: (query: ListQuery & { cursor?: string }, signal?: AbortSignal) =>
    get<ChatPage>(`${M}/inbox`, { ...query, limit: PAGE }, signal),
  chat: (id: string, signal?: AbortSignal) => get<Chat>(chatPath(id), {}, signal),
  patch: (id: string, body: ChatPatch & { version: number }) => send<Chat>('PATCH', chatPath(id), body),
  bulk: (ids: readonly string[], change: ChatPatch) =>
    send<{ items?: Chat[] } | undefined>('POST', `${M}/chats/bulk`, { ids, change }),
  markRead: (id: string) => send('POST', `${chatPath(id)}/mark-all-read`),
  createContact: (id: string) => send<{ contactId: string }>('POST', `${chatPath(id)}/contact`),
  messages: (chatId: string, at: At, signal?: AbortSignal) =>
    get<MessageList>(`${M}/messages`, { chatId, ...at, limit: THREAD_PAGE }, signal),
  message: (id: string) => get<Message>(messagePath(id)),
  edits: (id: string) => get<{ items: MessageEdit[] }>(`${messagePath(id)}/edits`).then((r) => r.items),
  edit: (id: string, body: { text: string; entities: Message['entities'] }) =>
    send<Message>('PATCH', messagePath(id), body),
  remove: (id: string, forEveryone: boolean) =>
    send('DELETE', messagePath(id), undefined, forEveryone ? { forEveryone } : {}),
  cancel: (id: string) => send('POST', `${messagePath(id)}/cancel`),
  retry: (id: string) => send<Message>('POST', `${messagePath(id)}/retry`),
  react: (id: string, emoji: string | null) => send('POST', `${messagePath(id)}/react`, { emoji }),
  send: (body: SendInput) => send<Message>('POST', `${M}/send`, body),
  waiting: (accountId: string | null, signal?: AbortSignal) =>
    get<MessageList>(`${M}/messages/waiting`, { accountId }, signal),
  comments: (chatId: string, signal?: AbortSignal) =>
    get<{ items: Comment[] }>(`${chatPath(chatId)}/comments`, { limit: COMMENTS }, signal),
  comment: (chatId: string, text: string) => send<Comment>('POST', `${chatPath(chatId)}/comments`, { text }),
  editComment: (c: Comment, text: string) =>
    send<Comment>('PATCH', `${M}/comments/${c.id}`, { text, version: c.version }),
  removeComment: (id: string) => send('DELETE', `${M}/comments/${id}`),
  draft: (chatId: string, text: string, replyTo: string | null) =>
    send('PUT', `${chatPath(chatId)}/draft`, { text, replyTo }),
  search: (q: string, chatId: string | undefined, signal?: AbortSignal) =>
    get<{ items: SearchHit[] }>(`${M}/search`, { q, chatId }, signal),
  media: (id: string) => get<unknown>(`${M}/media/${id}`),
  templates: (signal?: AbortSignal) => get<{ items: Template[] }>(`${M}/templates`, {}, signal).then((r) => r.items),
  render: (id: string, chatId: string) =>
    send<{ text: string; missing: string[] }>('POST', `${M}/templates/${id}/render`, { chatId }),
  account: (id: string, signal?: AbortSignal) => get<ChatAccount>(`/api/bd-accounts/${id}`, {}, signal),
  accounts: (signal?: AbortSignal) => get<{ items: ChatAccount[] }>('/api/bd-accounts', {}, signal),
}
export const mediaUrl = (id: string, thumb = false) => `${M}/media/${id}${thumb ? '?thumb=1' : ''}`

export const keys = {
  lists: ['inbox'],
  chat: (id: string) => ['chat', id],
  threads: (chatId: string) => ['thread', chatId],
  comments: (chatId: string) => ['chat-comments', chatId],
  chatsOf: ['chats-of'],
  templates: ['chat-templates'],
} as const

export const queryOf = ({ queue = 'all', account, tag, q }: InboxSearch): ListQuery => ({
  queue,
  ...(account && { accountId: account }),
  ...(tag && { tag }),
  ...(q && { search: q }),
})
export const listOptions = (query: ListQuery) =>
  infiniteQueryOptions({
    queryKey: [...keys.lists, query],
    queryFn: ({ pageParam, signal }) => api.list({ ...query, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.page.nextCursor ?? undefined,
    // What happened while the inbox was not open is not patched in.
    refetchOnMount: 'always',
  })
export const chatOptions = (id: string) =>
  queryOptions({ queryKey: keys.chat(id), queryFn: ({ signal }) => api.chat(id, signal) })

/** A stretch of a thread, oldest first; whether there is more on either side. */
export type Stretch = { items: Message[]; older: boolean; newer: boolean }
async function stretch(chatId: string, at: At, signal: AbortSignal): Promise<Stretch> {
  const { items, page } = await api.messages(chatId, at, signal)
  if (page) return { items, older: page.hasBefore, newer: page.hasAfter }
  const full = items.length >= THREAD_PAGE
  if (at.around) return { items, older: items.length > 0, newer: items.length > 0 }
  return { items, older: at.after ? true : full, newer: at.after ? full : false }
}
/** `around`: opened at a message that was searched for. What comes live is patched in, so nothing is read again by age. */
export const threadOptions = (chatId: string, around?: string) =>
  infiniteQueryOptions({
    queryKey: [...keys.threads(chatId), around ?? null],
    queryFn: ({ pageParam, signal }) => stretch(chatId, pageParam, signal),
    initialPageParam: (around ? { around } : {}) as At,
    getPreviousPageParam: (first): At | undefined => {
      const oldest = first.items[0]
      return first.older && oldest ? { before: oldest.id } : undefined
    },
    getNextPageParam: (last): At | undefined => {
      const newest = last.items.at(-1)
      return last.newer && newest ? { after: newest.id } : undefined
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
export const commentsOptions = (chatId: string) =>
  queryOptions({
    queryKey: keys.comments(chatId),
    queryFn: ({ signal }) => api.comments(chatId, signal).then((r) => r.items),
  })
export const templatesOptions = () =>
  queryOptions({
    queryKey: keys.templates,
    queryFn: ({ signal }) => api.templates(signal),
    staleTime: 5 * 60_000,
  })
export const accountsOptions = () =>
  queryOptions({
    queryKey: ['bd-accounts', 'inbox'],
    queryFn: ({ signal }) => api.accounts(signal).then((r) => r.items),
  })
export const accountOptions = (id: string) =>
  queryOptions({ queryKey: ['bd-account', id, 'inbox'], queryFn: ({ signal }) => api.account(id, signal) })
/** The chats of one person, whatever the account. */
export const chatsOfOptions = (contactId: string) =>
  queryOptions({
    queryKey: [...keys.chatsOf, contactId],
    queryFn: ({ signal }) => get<ChatPage>(`${M}/chats`, { contactId, limit: 20 }, signal).then((r) => r.items),
  })

/** Before a chat is opened by a key or a press: the pointer is over it already. */
export function prefetchThread(qc: QueryClient, chatId: string) {
  void qc.prefetchInfiniteQuery(threadOptions(chatId))
}

export const chatContactOptions = (id: string) =>
  queryOptions({
    queryKey: ['chat-contact', id],
    queryFn: async ({ signal }) => (await getContact({ path: { id }, signal, throwOnError: true })).data,
  })
