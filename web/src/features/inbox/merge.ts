import type { QueryClient } from '@tanstack/react-query'
import { get, send } from '@/shared/api/call'
import { i18n } from '@/shared/i18n'
import { toast } from '@/shared/ui/toast'
import { chatsOfOptions, keys } from './api'
import { putChat } from './cache'
import { COUNTS_KEY } from './count'
import { forgetChat } from './live'
import { candidates } from './merge-model'
import { nameOf } from './model'
import type { Chat, ChatPage } from './types'

const path = (id: string) => `/api/messaging/chats/${id}`

function reread(qc: QueryClient, ids: readonly string[]) {
  for (const id of ids) {
    void qc.invalidateQueries({ queryKey: keys.threads(id) })
    void qc.invalidateQueries({ queryKey: keys.chat(id) })
    void qc.invalidateQueries({ queryKey: ['chat-media', id] })
  }
  for (const key of [keys.lists, COUNTS_KEY, keys.chatsOf]) void qc.invalidateQueries({ queryKey: key })
}

/** Shows another chat as part of this one. True when it is. */
export async function merge(qc: QueryClient, root: Chat, part: Chat): Promise<boolean> {
  try {
    putChat(qc, await send<Chat>('POST', `${path(part.id)}/merge`, { into: root.id }))
  } catch (e) {
    toast.error(i18n.t('inbox:merge.failed'), e)
    return false
  }
  forgetChat(qc, part.id)
  reread(qc, [root.id, part.id])
  toast.undo(i18n.t('inbox:merge.done', { name: nameOf(part) }), () => void split(qc, part.id, root.id))
  return true
}
/** A part on its own again. */
export async function split(qc: QueryClient, part: string, root: string | null) {
  try {
    const chat = await send<Chat>('POST', `${path(part)}/split`)
    putChat(qc, chat)
    toast.success(i18n.t('inbox:split.done', { name: nameOf(chat) }))
  } catch (e) {
    toast.error(i18n.t('inbox:split.failed'), e)
  }
  reread(qc, root ? [part, root] : [part])
}

/** For the choice of what is merged with a chat. */
export async function findChats(qc: QueryClient, chat: Chat, search: string, signal: AbortSignal): Promise<Chat[]> {
  const same =
    chat.contactId && !search ? await qc.fetchQuery({ ...chatsOfOptions(chat.contactId), staleTime: 10_000 }) : []
  const query = { limit: 30, ...(search && { search }) }
  const others = await get<ChatPage>('/api/messaging/chats', query, signal)
  return candidates(chat, same, others.items)
}
