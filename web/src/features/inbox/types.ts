import type {
  Account,
  Chat as AnyChat,
  ChatPatch as AnyChatPatch,
  LastMessage as AnyLastMessage,
  Message as AnyMessage,
  ChatState,
  ChatsPage,
  MediaKind,
  MessageMedia,
  MessagesPage,
  NewMessage,
} from '@/api/gen/types.gen'

export type {
  ChatComment as Comment,
  ChatKind,
  ChatState,
  Entity,
  FoundMessage as SearchHit,
  InboxCounts,
  MediaKind,
  MessageStatus,
  MessageTemplate as Template,
  MessageVersion as MessageEdit,
  Named,
  Reaction,
  ShownDraft as Draft,
  ShownWaiting as Waiting,
  UploadedFile as Uploaded,
} from '@/api/gen/types.gen'

// Words that the document has as text.
export type LastMessage = Omit<AnyLastMessage, 'mediaKind'> & { mediaKind: MediaKind | null }
export type Chat = Omit<AnyChat, 'channel' | 'lastMessage'> & {
  channel: 'telegram' | 'api'
  lastMessage: LastMessage | null
}
export type ChatPage = { items: Chat[]; page: Pick<ChatsPage, 'nextCursor'> }
/** Lists are emptied, not taken away. */
export type ChatPatch = Pick<AnyChatPatch, 'assigneeId' | 'contactId' | 'snoozedUntil'> & {
  state?: ChatState
  dealIds?: string[]
  tags?: string[]
}

/** Without an address as long as only this tab has the file. */
export type Media = Omit<MessageMedia, 'url'> & { url: string | null }
export type Message = Omit<AnyMessage, 'media'> & {
  media: Media[]
  /** Of this tab: what the server has not answered yet, and the key by which a row stays the same when it has. */
  local?: { clientId: string; state: 'sending' | 'unsent'; reason?: string }
  rowKey?: string
}
export type MessageList = { items: Message[]; page?: Pick<MessagesPage, 'hasBefore' | 'hasAfter'> }
export type SendInput = Omit<NewMessage, 'chatId' | 'text'> & { chatId: string; text: string }
/** What the inbox has to know of an account. */
export type ChatAccount = Pick<
  Account,
  | 'id'
  | 'name'
  | 'status'
  | 'statusText'
  | 'isConnected'
  | 'mode'
  | 'floodUntil'
  | 'restrictedUntil'
  | 'firstContactsPausedUntil'
  | 'workingHours'
  | 'usedToday'
  | 'limits'
>
