import type { QueryClient } from '@tanstack/react-query'
import { errorMessage } from '@/shared/api/messages'
import { api } from './api'
import { changeChats, changeMessage, putMessages, settleLocal } from './cache'
import type { Chat, Entity, Media, Message, Named, SendInput, Uploaded } from './types'

/** What is sent shows at once. Whatever happens to the line, it goes out once: the same id is sent again. */
export type Sending = {
  text: string
  entities: Entity[]
  replyTo: Message | null
  /** With what shows them until the server does. */
  files: readonly (Uploaded & { preview?: string | null })[]
  sendAt?: string
  templateId?: string
}
export const UNDO_SECONDS = 5
const LOCAL = 'local-'
const bodies = new Map<string, SendInput>()

const mediaOf = ({ preview = null, ...f }: Sending['files'][number]): Media => ({
  ...f,
  durationMs: null,
  waveform: null,
  state: 'ready',
  preview: null,
  url: preview,
  thumbUrl: preview,
})

export function localMessage(chat: Chat, what: Sending, clientId: string, me: Named, now = Date.now()): Message {
  return {
    id: `${LOCAL}${clientId}`,
    rowKey: `${LOCAL}${clientId}`,
    chatId: chat.id,
    externalId: null,
    direction: 'out',
    status: 'queued',
    sender: null,
    author: me,
    text: what.text,
    entities: what.entities,
    replyTo: what.replyTo && {
      id: what.replyTo.id,
      text: what.replyTo.text.slice(0, 200),
      senderName: what.replyTo.sender?.name ?? null,
      direction: what.replyTo.direction,
    },
    forwardedFrom: null,
    albumId: null,
    media: what.files.map(mediaOf),
    reactions: [],
    service: null,
    sentAt: new Date(now).toISOString(),
    editedAt: null,
    deletedAt: null,
    readAt: null,
    scheduledAt: what.sendAt ?? null,
    waiting: null,
    error: null,
    source: 'live',
    program: null,
    clientId,
    version: 0,
    local: { clientId, state: 'sending' },
  }
}

export async function sendMessage(qc: QueryClient, chat: Chat, what: Sending, me: Named): Promise<Message | null> {
  const clientId = crypto.randomUUID()
  const body: SendInput = {
    chatId: chat.id,
    clientId,
    text: what.text,
    undoSeconds: UNDO_SECONDS,
    ...(what.entities.length > 0 && { entities: what.entities }),
    ...(what.replyTo && { replyTo: what.replyTo.id }),
    ...(what.files.length > 0 && { media: what.files.map((f) => f.id) }),
    ...(what.sendAt && { sendAt: what.sendAt }),
    ...(what.templateId && { templateId: what.templateId }),
  }
  bodies.set(clientId, body)
  const local = localMessage(chat, what, clientId, me)
  putMessages(qc, chat.id, [local])
  if (!what.sendAt)
    changeChats(qc, [chat.id], (c) => ({
      ...c,
      draft: null,
      waitingSince: null,
      lastMessageAt: local.sentAt,
      lastMessage: {
        id: local.id,
        text: local.text.slice(0, 120),
        direction: 'out',
        status: 'queued',
        at: local.sentAt,
        mediaKind: local.media[0]?.kind ?? null,
        senderName: null,
      },
    }))
  return deliver(qc, local, body)
}

/** Once more, what did not reach the server. */
export async function sendAgain(qc: QueryClient, m: Message): Promise<Message | null> {
  const body = m.local && bodies.get(m.local.clientId)
  if (!body || !m.local) return null
  const { clientId } = m.local
  changeMessage(qc, m.chatId, m.id, (x) => ({ ...x, local: { clientId, state: 'sending' } }))
  return deliver(qc, m, body)
}
/** Nobody has seen it: it is gone. */
export function dropUnsent(qc: QueryClient, m: Message) {
  if (m.local) bodies.delete(m.local.clientId)
  changeMessage(qc, m.chatId, m.id, () => null)
}

async function deliver(qc: QueryClient, local: Message, body: SendInput): Promise<Message | null> {
  try {
    const sent = await api.send(body)
    bodies.delete(body.clientId)
    settleLocal(qc, local.chatId, local.id, sent)
    changeChats(qc, [local.chatId], (c) =>
      c.lastMessage?.id === local.id
        ? { ...c, lastMessage: { ...c.lastMessage, id: sent.id, status: sent.status } }
        : c,
    )
    return sent
  } catch (e) {
    const reason = errorMessage(e)
    changeMessage(qc, local.chatId, local.id, (m) => ({
      ...m,
      local: { clientId: body.clientId, state: 'unsent', reason },
    }))
    return null
  }
}
