import type { Tone } from '@/shared/ui/tone'
import type { Account, Limits, Named, Preset, Status, SyncStatus } from './types'

/** What the pages show of an account. Pure. */
export const STATUS_TONE: Record<Status, Tone> = {
  new: 'gray',
  code_sent: 'blue',
  password_required: 'blue',
  connected: 'green',
  reconnecting: 'amber',
  flood_wait: 'amber',
  restricted: 'orange',
  reauth_required: 'red',
  disconnected: 'gray',
  error: 'red',
}
/** What a person can do about a status; null when there is nothing to do but to wait. */
export function wayOut({ status }: Pick<Account, 'status'>): 'code' | 'password' | 'reconnect' | null {
  if (status === 'code_sent') return 'code'
  if (status === 'password_required') return 'password'
  return ['reauth_required', 'disconnected', 'error', 'new'].includes(status) ? 'reconnect' : null
}
export const isTrouble = ({ status }: Pick<Account, 'status'>) => status !== 'connected'

/** The light of an account: paused ones are no trouble, and not at work. */
export const toneOf = (a: Pick<Account, 'status' | 'mode'>): Tone =>
  a.status === 'connected' && a.mode !== 'active' ? (a.mode === 'paused' ? 'gray' : 'sky') : STATUS_TONE[a.status]

/** Whoever has left the organization has no name any more. */
export const ownerOf = ({ owner }: Pick<Account, 'owner'>): Named | null =>
  owner && { id: owner.id, name: owner.name ?? '…' }

/** The gravest first; so many as somebody takes in. */
export const mainReasons = (a: Pick<Account, 'health'>) =>
  [...a.health.reasons].sort((x, y) => y.weight - x.weight).slice(0, 3)

/** As the server has them; what a person sees before it has answered. */
export const PRESETS: Record<Exclude<Preset, 'custom'>, Omit<Limits, 'preset'>> = {
  careful: { messagesPerMinute: 6, messagesPerDay: 150, firstContactsPerDay: 10 },
  normal: { messagesPerMinute: 15, messagesPerDay: 500, firstContactsPerDay: 30 },
}
export const shareOf = (used: number, limit: number) => (limit <= 0 ? 1 : Math.min(1, used / limit))

/** 0..1 of the messages, else of the chats; undefined while nothing is known. */
export function progressOf({ state, messages, chats }: SyncStatus): number | undefined {
  if (state === 'done') return 1
  if (messages.total) return Math.min(1, messages.done / messages.total)
  return chats.total ? chats.done / chats.total : undefined
}
/** Seconds as a person says them: in minutes from one on, in hours from one on. */
export function spanOf(seconds: number): { unit: 'second' | 'minute' | 'hour'; count: number } {
  if (seconds < 60) return { unit: 'second', count: Math.max(1, Math.round(seconds)) }
  if (seconds < 3600) return { unit: 'minute', count: Math.round(seconds / 60) }
  return { unit: 'hour', count: Math.round(seconds / 3600) }
}

/** Whatever is pasted: the digits of a code. */
export const digitsOf = (text: string, most: number) => text.replace(/\D/g, '').slice(0, most)
/** `8 900 123-45-67` and `+7 900 …` → with a plus and digits only; null when it cannot be a number. */
export function phoneOf(text: string): string | null {
  const digits = text.replace(/\D/g, '')
  return digits.length >= 5 && digits.length <= 15 ? `+${digits}` : null
}
export const DAYS = [1, 2, 3, 4, 5, 6, 7] as const
