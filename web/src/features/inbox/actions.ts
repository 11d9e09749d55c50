import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { isApiError } from '@/shared/api/errors'
import { i18n } from '@/shared/i18n'
import { toast } from '@/shared/ui/toast'
import { api, keys } from './api'
import { changeChats, changeMessage, findChat, putChat, putMessages } from './cache'
import { COUNTS_KEY } from './count'
import type { Chat, ChatPatch, Message, Named } from './types'

/** What can be done with conversations and messages: shown at once everywhere, taken back when the server refuses. */
type Shown = { assignee?: Named | null; contact?: Named | null }

/** The fields of a change as they were, to take it back with. */
export const inverseOf = (c: Chat, patch: ChatPatch): ChatPatch =>
  Object.fromEntries((Object.keys(patch) as (keyof ChatPatch)[]).map((k) => [k, c[k]])) as ChatPatch

export function actionsOf(qc: QueryClient) {
  const say = (title: string, e: unknown) => toast.error(title, e)
  const settle = () => void qc.invalidateQueries({ queryKey: COUNTS_KEY })

  /** One is changed against its version, several as a whole. */
  const store = async (chats: readonly Chat[], patch: ChatPatch) => {
    const [only] = chats
    if (chats.length > 1) {
      const changed = await api.bulk(
        chats.map((c) => c.id),
        patch,
      )
      for (const c of changed?.items ?? []) putChat(qc, c)
      return
    }
    if (!only) return
    const version = findChat(qc, only.id)?.version ?? only.version
    try {
      putChat(qc, await api.patch(only.id, { ...patch, version }))
    } catch (e) {
      if (!isApiError(e) || e.status !== 409) throw e
      // Somebody else was a moment earlier, most often with another field: the press of now is the wish.
      const now = await api.chat(only.id)
      putChat(qc, await api.patch(only.id, { ...patch, version: now.version }))
    }
  }
  const change = async (chats: readonly Chat[], patch: ChatPatch, said: string | null, shown: Shown = {}) => {
    if (chats.length === 0) return
    const ids = chats.map((c) => c.id)
    const back = changeChats(qc, ids, (c) => ({ ...c, ...patch, ...shown }))
    try {
      await store(chats, patch)
      settle()
    } catch (e) {
      back()
      return void say(i18n.t('inbox:notSaved'), e)
    }
    if (said) toast.undo(said, () => void revert(chats, patch))
  }
  const revert = async (chats: readonly Chat[], patch: ChatPatch) => {
    const backs = chats.map((c) =>
      changeChats(qc, [c.id], (now) => ({
        ...now,
        ...inverseOf(c, patch),
        assignee: c.assignee,
        contact: c.contact,
      })),
    )
    try {
      await Promise.all(chats.map((c) => store([c], inverseOf(c, patch))))
    } catch (e) {
      for (const back of backs.reverse()) back()
      say(i18n.t('inbox:notSaved'), e)
    }
    settle()
  }
  const name = (chats: readonly Chat[]) => ({ count: chats.length })
  return {
    assign: (chats: readonly Chat[], to: Named | null) =>
      change(
        chats,
        { assigneeId: to?.id ?? null },
        to ? i18n.t('inbox:assigned', { name: to.name, ...name(chats) }) : i18n.t('inbox:unassigned', name(chats)),
        { assignee: to },
      ),
    snooze: (chats: readonly Chat[], until: string | null, said: string) =>
      change(
        chats,
        until ? { state: 'snoozed', snoozedUntil: until } : { state: 'open', snoozedUntil: null },
        said || null,
      ),
    done: (chats: readonly Chat[], done = true) =>
      change(
        chats,
        { state: done ? 'done' : 'open', snoozedUntil: null },
        i18n.t(done ? 'inbox:isDone' : 'inbox:isOpen', name(chats)),
      ),
    tag: (chats: readonly Chat[], tags: string[]) => change(chats, { tags }, null),
    /** Each keeps its own tags, with these beside them. */
    addTags: async (chats: readonly Chat[], tags: readonly string[]) => {
      for (const c of chats) await change([c], { tags: [...new Set([...c.tags, ...tags])] }, null)
    },
    deals: (chat: Chat, dealIds: string[]) => change([chat], { dealIds }, null),
    contact: (chat: Chat, contact: Named | null) =>
      change([chat], { contactId: contact?.id ?? null }, i18n.t(contact ? 'inbox:linked' : 'inbox:unlinked'), {
        contact,
      }),
    createContact: async (chat: Chat) => {
      try {
        await api.createContact(chat.id)
        putChat(qc, await api.chat(chat.id))
        toast.success(i18n.t('inbox:contactCreated'))
      } catch (e) {
        say(i18n.t('inbox:notSaved'), e)
      }
    },
    read: async (chats: readonly Chat[]) => {
      const some = chats.filter((c) => c.unread > 0 || c.mentionsUnread > 0)
      if (some.length === 0) return
      const back = changeChats(
        qc,
        some.map((c) => c.id),
        (c) => ({ ...c, unread: 0, mentionsUnread: 0 }),
      )
      const results = await Promise.allSettled(some.map((c) => api.markRead(c.id)))
      if (results.some((r) => r.status === 'rejected')) back()
      settle()
    },
    editMessage: async (m: Message, text: string, entities: Message['entities']) => {
      const back = changeMessage(qc, m.chatId, m.id, (x) => ({
        ...x,
        text,
        entities,
        editedAt: new Date().toISOString(),
      }))
      try {
        putMessages(qc, m.chatId, [await api.edit(m.id, { text, entities })])
        return true
      } catch (e) {
        back()
        say(i18n.t('inbox:notEdited'), e)
        return false
      }
    },
    removeMessage: async (m: Message, forEveryone: boolean) => {
      const back = changeMessage(qc, m.chatId, m.id, (x) => ({ ...x, deletedAt: new Date().toISOString() }))
      try {
        await api.remove(m.id, forEveryone)
      } catch (e) {
        back()
        say(i18n.t('inbox:notDeleted'), e)
      }
    },
    react: async (m: Message, emoji: string) => {
      const mine = m.reactions.find((r) => r.ours)?.emoji
      const next = mine === emoji ? null : emoji
      const back = changeMessage(qc, m.chatId, m.id, (x) => ({ ...x, reactions: withReaction(x.reactions, next) }))
      try {
        await api.react(m.id, next)
      } catch (e) {
        back()
        say(i18n.t('inbox:notSaved'), e)
      }
    },
    /** Taken back before it went. True when that was still possible. */
    cancel: async (m: Message) => {
      try {
        await api.cancel(m.id)
        changeMessage(qc, m.chatId, m.id, () => null)
        void api.chat(m.chatId).then((c) => putChat(qc, c))
        return true
      } catch (e) {
        say(i18n.t('inbox:notCanceled'), e)
        void api.message(m.id).then((x) => putMessages(qc, m.chatId, [x]))
        return false
      }
    },
    retry: async (m: Message) => {
      const back = changeMessage(qc, m.chatId, m.id, (x) => ({ ...x, status: 'queued', error: null }))
      try {
        putMessages(qc, m.chatId, [await api.retry(m.id)])
      } catch (e) {
        back()
        say(i18n.t('inbox:notSent'), e)
      }
    },
    refresh: () => void qc.invalidateQueries({ queryKey: keys.lists }),
  }
}
export function withReaction(all: Message['reactions'], emoji: string | null): Message['reactions'] {
  const without = all.flatMap((r) => (r.ours ? (r.count > 1 ? [{ ...r, count: r.count - 1, ours: false }] : []) : [r]))
  if (emoji === null) return without
  return without.some((r) => r.emoji === emoji)
    ? without.map((r) => (r.emoji === emoji ? { ...r, count: r.count + 1, ours: true } : r))
    : [...without, { emoji, count: 1, ours: true }]
}

export type Actions = ReturnType<typeof actionsOf>
export function useActions(): Actions {
  const qc = useQueryClient()
  return useMemo(() => actionsOf(qc), [qc])
}
