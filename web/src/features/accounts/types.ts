import type { SyncChat as AnySyncChat } from '@/api/gen/types.gen'

export type {
  Account,
  AccountLimits as Limits,
  AccountPatch as ConfigInput,
  AccountStatus as Status,
  ChatKind as DialogKind,
  CodeAsked as Connecting,
  CodeTaken,
  ConnectInput,
  Device,
  DialogList as Dialogs,
  HealthLine as HealthEntry,
  HealthReason,
  Mode,
  Named,
  Network,
  Networks,
  Preset,
  ShownDialog as Dialog,
  SyncStatus,
  WorkingHours,
} from '@/api/gen/types.gen'
export type SyncChat = Omit<AnySyncChat, 'state'> & { state: 'waiting' | 'running' | 'done' | 'paused' | 'failed' }
