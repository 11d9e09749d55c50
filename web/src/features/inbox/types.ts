/** What the routes of messaging answer. */
export type Named = { id: string; name: string }
export type ChatState = 'open' | 'snoozed' | 'done'
export type ChatKind = 'private' | 'bot' | 'group' | 'supergroup' | 'channel'
export type MessageStatus = 'queued' | 'sent' | 'delivered' | 'read' | 'failed' | 'canceled' | 'received'
export type MediaKind = 'photo' | 'video' | 'animation' | 'video_note' | 'voice' | 'audio' | 'sticker' | 'file'
export type Entity = { kind: string; offset: number; length: number; value?: string | null }
export type Reaction = { emoji: string; count: number; ours: boolean }
export type Draft = { text: string; at: string; replyTo?: string | null }

export type LastMessage = {
  id: string
  text: string
  direction: 'in' | 'out'
  status: MessageStatus
  at: string
  mediaKind: MediaKind | null
  senderName: string | null
}
export type Chat = {
  id: string
  accountId: string | null
  account: Named | null
  channel: 'telegram' | 'api'
  chatId: string
  kind: ChatKind
  title: string
  username: string | null
  contactId: string | null
  contact: Named | null
  dealIds: string[]
  assigneeId: string | null
  assignee: Named | null
  state: ChatState
  snoozedUntil: string | null
  tags: string[]
  unread: number
  mentionsUnread: number
  lastMessage: LastMessage | null
  lastMessageAt: string | null
  waitingSince: string | null
  draft: Draft | null
  canWrite: boolean
  readOnlyBecause: string | null
  /** How many messages wait for their time. */
  scheduled: number
  mergedInto: string | null
  version: number
}
export type ChatPage = { items: Chat[]; page: { nextCursor?: string | null } }

export type Media = {
  id: string
  kind: MediaKind
  fileName: string | null
  mimeType: string
  sizeBytes: number
  width: number | null
  height: number | null
  durationMs: number | null
  waveform: number[] | null
  state: 'remote' | 'wanted' | 'ready' | 'failed'
  preview: string | null
  url: string | null
  thumbUrl: string | null
}
export type Waiting = { because: string; until: string | null; text?: string | null }
export type Message = {
  id: string
  chatId: string
  externalId: string | null
  direction: 'in' | 'out'
  status: MessageStatus
  sender: { name: string; id: string | null } | null
  author: Named | null
  text: string
  entities: Entity[]
  replyTo: { id: string; text: string; senderName: string | null; direction: 'in' | 'out' } | null
  forwardedFrom: { name: string } | null
  albumId: string | null
  media: Media[]
  reactions: Reaction[]
  service: Record<string, unknown> | null
  sentAt: string
  editedAt: string | null
  deletedAt: string | null
  readAt: string | null
  scheduledAt: string | null
  waiting: Waiting | null
  error: { code: string; text: string } | null
  source: 'live' | 'sync' | 'import' | 'api'
  clientId: string | null
  version: number
  /** Of this tab: what the server has not answered yet, and the key by which a row stays the same when it has. */
  local?: { clientId: string; state: 'sending' | 'unsent'; reason?: string }
  rowKey?: string
}
export type MessageList = { items: Message[]; page?: { hasBefore: boolean; hasAfter: boolean } }
export type MessageEdit = { saidAt: string; text: string; entities?: Entity[] }

export type Comment = {
  id: string
  chatId: string
  text: string
  author: Named | null
  mentions?: string[]
  createdAt: string
  updatedAt: string
  version: number
}
export type InboxCounts = {
  mine: number
  unassigned: number
  mentions: number
  snoozed: number
  scheduled: number
  all: number
  accounts: { id: string; unread: number }[]
}
export type Template = {
  id: string
  name: string
  shortcut: string | null
  text: string
  shared: boolean
  ownerId: string | null
  version: number
}
export type Uploaded = {
  id: string
  kind: MediaKind
  fileName: string
  mimeType: string
  sizeBytes: number
  width: number | null
  height: number | null
}
export type SendInput = {
  chatId: string
  text: string
  entities?: Entity[]
  replyTo?: string
  media?: string[]
  sendAt?: string
  undoSeconds?: number
  clientId: string
  templateId?: string
}
export type ChatPatch = Partial<{
  assigneeId: string | null
  state: ChatState
  snoozedUntil: string | null
  tags: string[]
  contactId: string | null
  dealIds: string[]
}>
export type SearchHit = {
  message: Message
  chat: Named
  snippet: string
  ranges: { offset: number; length: number }[]
}
/** What the inbox has to know of an account. */
export type ChatAccount = {
  id: string
  name: string
  status: string
  statusText: string | null
  isConnected: boolean
  mode: 'active' | 'replies_only' | 'paused'
  floodUntil: string | null
  restrictedUntil: string | null
  firstContactsPausedUntil: string | null
  workingHours: { enabled: boolean; from: string; to: string; days: number[]; timeZone: string } | null
  usedToday: { messages: number; firstContacts: number }
  limits: { messagesPerDay: number; firstContactsPerDay: number }
}
