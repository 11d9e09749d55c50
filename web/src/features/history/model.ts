import type { ChatImport, ChatImportStatus, ChosenChat, FoundChat } from '@/api/gen/types.gen'

/** An export of Telegram Desktop and what is chosen of it. Pure. */
export const STEPS = ['choose', 'run', 'result'] as const
export type Step = (typeof STEPS)[number]
export const stepOf = (status: ChatImportStatus): Step =>
  status === 'ready' ? 'choose' : status === 'running' ? 'run' : 'result'
export const isBusy = (status: ChatImportStatus | undefined) => status === 'running' || status === 'reverting'

export type Kind = 'private' | 'bot' | 'group' | 'supergroup' | 'channel'
const KINDS: readonly Kind[] = ['private', 'group', 'supergroup', 'channel', 'bot']
export const kindOf = (chat: Pick<FoundChat, 'kind'>): Kind => KINDS.find((k) => k === chat.kind) ?? 'group'

export type Named = { id: string; name: string | null }
export type Draft = {
  chosen: ReadonlySet<string>
  /** Whom a chat is with, where somebody has said so; null: nobody of the contacts. */
  people: ReadonlyMap<string, Named | null>
}
/** At first all but channels and bots: nobody talks there. */
export const draftOf = (chats: readonly FoundChat[]): Draft => {
  const talks = chats.filter((c) => !['channel', 'bot'].includes(kindOf(c)))
  return { chosen: new Set((talks.length > 0 ? talks : chats).map((c) => c.id)), people: new Map() }
}
export const toggled = (d: Draft, ids: readonly string[], on: boolean): Draft => {
  const chosen = new Set(d.chosen)
  for (const id of ids) on ? chosen.add(id) : chosen.delete(id)
  return { ...d, chosen }
}
export const withPerson = (d: Draft, chatId: string, person: Named | null): Draft => ({
  ...d,
  people: new Map(d.people).set(chatId, person),
})
/** Only a conversation of two is with a contact. */
export const hasPerson = (chat: FoundChat) => kindOf(chat) === 'private'
export function personOf(d: Draft, chat: FoundChat): Named | null {
  if (!hasPerson(chat)) return null
  const said = d.people.get(chat.id)
  if (said !== undefined) return said
  return chat.contactId ? { id: chat.contactId, name: null } : null
}
/** What is sent: the chosen ones, in the order of the file. */
export const plan = (d: Draft, chats: readonly FoundChat[]): ChosenChat[] =>
  chats.filter((c) => d.chosen.has(c.id)).map((c) => ({ id: c.id, contactId: personOf(d, c)?.id ?? null }))

export const messagesOf = (d: Draft, chats: readonly FoundChat[]) =>
  chats.reduce((n, c) => n + (d.chosen.has(c.id) ? c.messages : 0), 0)
export const matchedOf = (d: Draft, chats: readonly FoundChat[]) =>
  chats.filter((c) => d.chosen.has(c.id) && personOf(d, c)).length

export function found(chats: readonly FoundChat[], text: string): readonly FoundChat[] {
  const low = text.trim().toLowerCase()
  return low ? chats.filter((c) => c.title.toLowerCase().includes(low)) : chats
}

/** What people bring: `result.json`, a zip of its folder, or a file without an export, each with an advice of its own. */
export type FileKind = 'json' | 'empty' | 'html' | 'zip' | 'other'
export async function fileKind(file: Blob): Promise<FileKind> {
  if (file.size === 0) return 'empty'
  const head = new Uint8Array(await file.slice(0, 64).arrayBuffer())
  if (head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4) return 'zip'
  const text = new TextDecoder()
    .decode(head)
    .replace(/^\ufeff/, '')
    .trimStart()
  if (text.startsWith('{')) return 'json'
  return text.startsWith('<') ? 'html' : 'other'
}

/** Files come with a zip only; a server that tells nothing of them takes none. */
export function filesOf({ filesTotal: total, filesDone }: Pick<ChatImport, 'filesTotal' | 'filesDone'>) {
  return total > 0 ? { done: Math.min(total, filesDone), total } : null
}
