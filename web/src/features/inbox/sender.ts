/** Which conversation somebody writes to a person in, when there are several: the one chosen last, on this device. */
const KEY = 'rapport.senders'
const KEEP = 200

function read(): [string, string][] {
  try {
    const v: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(v) ? v.filter((e): e is [string, string] => Array.isArray(e) && e.length === 2) : []
  } catch {
    return []
  }
}
export function rememberSender(contactId: string, chatId: string) {
  const rest = read().filter(([id]) => id !== contactId)
  localStorage.setItem(KEY, JSON.stringify([[contactId, chatId], ...rest].slice(0, KEEP)))
}
/** That one if it is still there; else the first, which is the newest. */
export function senderOf<T extends { id: string }>(contactId: string, chats: readonly T[]): T | undefined {
  const chosen = read().find(([id]) => id === contactId)?.[1]
  return chats.find((c) => c.id === chosen) ?? chats[0]
}
