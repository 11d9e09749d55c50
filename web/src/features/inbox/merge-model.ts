import { nameOf } from './model'
import type { Chat } from './types'

/** Chats that are shown as one. Pure. */

/** Only conversations with one person become one, and none that is part of another one. */
export const mayMerge = (c: Chat) => c.kind === 'private' && c.mergedInto === null

/** What can be joined with a chat: those with the same person first, each once. */
export function candidates(chat: Chat, same: readonly Chat[], others: readonly Chat[]): Chat[] {
  const seen = new Set([chat.id])
  return [...same, ...others].filter((c) => mayMerge(c) && !seen.has(c.id) && seen.add(c.id))
}
/** Where a chat is: its account, or the name that the program gave it. */
export const placeOf = (c: Chat) => c.account?.name ?? (c.title === nameOf(c) ? null : c.title)
/** Two people in one thread are most often a mistake. */
export const areTwo = (a: Chat, b: Chat) => a.contactId !== null && b.contactId !== null && a.contactId !== b.contactId
