import type { Sender } from './types'

/** What accounts can take. As the server counts it: one message in five is kept for answers. Pure. */
const KEPT_FOR_REPLIES = 5

export type Readiness = 'ready' | 'waits' | 'paused' | 'away'
export function readinessOf(s: Pick<Sender, 'status' | 'isConnected' | 'mode'>): Readiness {
  if (s.mode !== 'active') return 'paused'
  if (s.status === 'flood_wait' || s.status === 'reconnecting') return 'waits'
  return s.status === 'connected' && s.isConnected ? 'ready' : 'away'
}
export function perDay({ limits }: Pick<Sender, 'limits'>): number {
  const kept = Math.floor(limits.messagesPerDay / KEPT_FOR_REPLIES)
  return Math.min(limits.firstContactsPerDay, limits.messagesPerDay - kept)
}
/** New people a day, by all that can write. */
export const capacityOf = (senders: readonly Sender[]) =>
  senders.filter((s) => ['ready', 'waits'].includes(readinessOf(s))).reduce((n, s) => n + perDay(s), 0)
export const leftOf = ({ limits, usedToday }: Pick<Sender, 'limits' | 'usedToday'>) => ({
  firstContacts: Math.max(0, limits.firstContactsPerDay - usedToday.firstContacts),
  messages: Math.max(0, limits.messagesPerDay - usedToday.messages),
})
