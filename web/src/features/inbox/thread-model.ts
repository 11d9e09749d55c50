import { dayOf } from '@/shared/lib/dates'
import type { Comment, Message } from './types'

/** The rows of a thread: days, messages grouped by who wrote them, albums, what happened, comments. Pure. */
export type Row =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'unread'; key: string }
  | { kind: 'service'; key: string; message: Message }
  | { kind: 'comment'; key: string; comment: Comment }
  | { kind: 'message'; key: string; message: Message; album: Message[]; first: boolean; last: boolean }

/** A pause after which the same person begins anew. */
const TOGETHER_MS = 10 * 60_000

const writerOf = (m: Message) => `${m.direction} ${m.sender?.id ?? m.sender?.name ?? ''} ${m.author?.id ?? ''}`
const isTogether = (a: Message, b: Message) =>
  writerOf(a) === writerOf(b) && Math.abs(Date.parse(b.sentAt) - Date.parse(a.sentAt)) < TOGETHER_MS

type Input = {
  messages: readonly Message[]
  comments: readonly Comment[]
  /** The first that was not read when the thread was opened. */
  unreadFrom: string | null
  timeZone: string
  /** Older messages are not loaded: comments from before are not in their place yet. */
  older: boolean
}
type Entry = { at: string; message: Message } | { at: string; comment: Comment }

export function rowsOf({ messages, comments, unreadFrom, timeZone, older }: Input): Row[] {
  const from = older ? (messages[0]?.sentAt ?? '') : ''
  const entries: Entry[] = [
    ...messages.filter((m) => m.status !== 'canceled').map((message) => ({ at: message.sentAt, message })),
    ...comments.filter((c) => c.createdAt >= from).map((comment) => ({ at: comment.createdAt, comment })),
  ]
  // The order of messages is the server's, also of two in one second: only comments are put in between.
  entries.sort((a, b) => ('message' in a && 'message' in b ? 0 : Date.parse(a.at) - Date.parse(b.at)))
  const rows: Row[] = []
  let day = ''
  let open: Extract<Row, { kind: 'message' }> | null = null
  for (const e of entries) {
    const today = dayOf(e.at, timeZone)
    if (today !== day) {
      rows.push({ kind: 'day', key: `day-${today}`, at: e.at })
      day = today
      open = null
    }
    if ('comment' in e) {
      rows.push({ kind: 'comment', key: `c-${e.comment.id}`, comment: e.comment })
      open = null
      continue
    }
    const { message } = e
    if (message.id === unreadFrom) {
      rows.push({ kind: 'unread', key: 'unread' })
      open = null
    }
    const key = message.rowKey ?? message.id
    if (message.service) {
      rows.push({ kind: 'service', key, message })
      open = null
    } else if (open && inAlbum(open, message)) open.album.push(message)
    else {
      const together: boolean = open !== null && isTogether(open.album.at(-1) ?? open.message, message)
      if (together && open) open.last = false
      open = { kind: 'message', key, message, album: [message], first: !together, last: true }
      rows.push(open)
    }
  }
  return rows
}
const inAlbum = (open: Extract<Row, { kind: 'message' }>, m: Message) =>
  m.albumId !== null && m.albumId === open.message.albumId && m.deletedAt === null && open.message.deletedAt === null

/** The first of the last `unread` messages of theirs; null while it is not loaded. */
export function firstUnread(messages: readonly Message[], unread: number): string | null {
  if (unread <= 0) return null
  let left = unread
  for (let i = messages.length - 1; i >= 0; i--) {
    const m = messages[i] as Message
    if (m.direction === 'in' && m.service === null && --left === 0) return m.id
  }
  return null
}
export const indexOfMessage = (rows: readonly Row[], id: string) =>
  rows.findIndex((r) => r.kind === 'message' && r.album.some((m) => m.id === id))

/** Who is shown as the writer above a bubble: in groups theirs, of ours who of us it was. */
export const textOf = (album: readonly Message[]) => album.find((m) => m.text !== '') ?? (album[0] as Message)
