/** What the routes of BD accounts answer. */
export type Named = { id: string; name: string }
export type Status =
  | 'new'
  | 'code_sent'
  | 'password_required'
  | 'connected'
  | 'reconnecting'
  | 'flood_wait'
  | 'restricted'
  | 'reauth_required'
  | 'disconnected'
  | 'error'
export type Mode = 'active' | 'replies_only' | 'paused'
export type Network = 'telegram' | 'sandbox'
export type Preset = 'careful' | 'normal' | 'custom'
export type Limits = {
  preset: Preset
  messagesPerMinute: number
  messagesPerDay: number
  firstContactsPerDay: number
}
export type WorkingHours = { enabled: boolean; from: string; to: string; days: number[]; timeZone: string }
export type HealthReason = { code: string; text: string; weight: number }
export type Account = {
  id: string
  name: string
  network: Network
  phoneMasked: string | null
  username: string | null
  telegramUserId: string | null
  status: Status
  statusText: string | null
  isConnected: boolean
  ownerId: string | null
  owner: { id: string; name: string | null } | null
  allowedUserIds: string[]
  health: { score: number; reasons: HealthReason[] }
  limits: Limits
  usedToday: { messages: number; firstContacts: number }
  workingHours: WorkingHours | null
  quietHours: { enabled: boolean; from: string; to: string } | null
  proxy: { url: string } | null
  signature: string | null
  mode: Mode
  firstContactsPausedUntil: string | null
  floodUntil: string | null
  restrictedUntil: string | null
  lastActivity: string | null
  connectedAt: string | null
  dc: number | null
  syncedChats: number
  version: number
  createdAt: string
}
export type Networks = {
  sandbox: { available: boolean; code: string | null; hint: string | null }
  telegram: { available: boolean; needsApi: boolean }
}
export type ConnectInput = { network: Network; phone: string; apiId?: string; apiHash?: string }
export type Connecting = { account: Account; codeVia: string; codeLength: number | null; resendAt: string | null }
export type CodeTaken = { account: Account; passwordHint: string | null }
export type ConfigInput = Partial<{
  name: string
  ownerId: string | null
  allowedUserIds: string[]
  limits: Partial<Limits> & { preset: Preset }
  workingHours: WorkingHours | null
  quietHours: { enabled: boolean; from: string; to: string } | null
  proxy: string | null
  signature: string | null
  mode: Mode
}>
export type HealthEntry = { id: string; at: string; kind: string; text: string }
export type DialogKind = 'private' | 'bot' | 'group' | 'supergroup' | 'channel'
export type Dialog = {
  chatId: string
  kind: DialogKind
  title: string
  username: string | null
  lastMessageAt: string | null
  unread: number
  folderIds: number[]
  members: number | null
  selected: boolean
  estimate: number | null
}
export type Dialogs = {
  items: Dialog[]
  folders: { id: number; title: string }[]
  page: { nextCursor?: string | null }
  fetchedAt: string | null
}
export type SyncChat = {
  chatId: string
  kind: DialogKind
  title: string
  since: string | null
  state: 'waiting' | 'running' | 'done' | 'paused' | 'failed'
  done: number
  total: number | null
  error: string | null
}
export type SyncStatus = {
  state: 'idle' | 'running' | 'paused' | 'done' | 'failed'
  chats: { done: number; total: number }
  messages: { done: number; total: number | null }
  startedAt: string | null
  etaSeconds: number | null
  waitUntil: string | null
}
export type Device = {
  hash: string
  device: string
  app: string
  country: string | null
  current: boolean
  lastActiveAt: string | null
}
