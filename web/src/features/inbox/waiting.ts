import type { ChatAccount, Message } from './types'

/** Why a message has not gone yet, and what stands in the way of writing. Pure. */
export const REASONS = [
  'scheduled',
  'undo',
  'flood_wait',
  'peer_flood',
  'restricted',
  'pace',
  'first_contacts_used_up',
  'messages_used_up',
  'quiet_hours',
  'working_hours',
  'paused',
  'replies_only',
  'disconnected',
  'behind_another',
  'sending',
] as const
export type Reason = (typeof REASONS)[number]
const isReason = (s: string): s is Reason => REASONS.includes(s as Reason)

export type Wait = { reason: Reason | 'other'; until: string | null; text: string | null }
export function waitOf(m: Message): Wait | null {
  if (m.status !== 'queued') return null
  if (m.local) return m.local.state === 'sending' ? { reason: 'sending', until: null, text: null } : null
  if (!m.waiting) return m.scheduledAt ? { reason: 'scheduled', until: m.scheduledAt, text: null } : null
  const { because, until, text = null } = m.waiting
  return { reason: isReason(because) ? because : 'other', until, text }
}
/** May be taken back: nobody has tried to send it. */
export const mayCancel = (m: Message) => m.status === 'queued' && !m.local && m.waiting?.because !== 'sending'

export type Warning =
  | { kind: 'quiet'; from: string }
  | { kind: 'flood'; until: string }
  | { kind: 'first'; left: number }
  | { kind: 'restricted' }
  | { kind: 'repliesOnly' }
  | { kind: 'paused' }

/** Minutes of the day and the weekday (1 is Monday) where the account works. */
export function clockIn(timeZone: string, now: number) {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(now)
  const of = (type: string) => parts.find((p) => p.type === type)?.value ?? ''
  return {
    day: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(of('weekday')) + 1,
    minute: Number(of('hour')) * 60 + Number(of('minute')),
  }
}
const minuteOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
export function isQuiet(hours: ChatAccount['workingHours'], now: number): boolean {
  if (!hours?.enabled) return false
  const { day, minute } = clockIn(hours.timeZone, now)
  const [from, to] = [minuteOf(hours.from), minuteOf(hours.to)]
  const within = from <= to ? minute >= from && minute < to : minute >= from || minute < to
  return !hours.days.includes(day) || !within
}

/** What somebody should know before they press send. The gravest first. */
export function warningsOf(account: ChatAccount | undefined, theyWrote: boolean, now: number): Warning[] {
  if (!account) return []
  const all: Warning[] = []
  if (account.mode === 'paused') all.push({ kind: 'paused' })
  if (account.floodUntil && Date.parse(account.floodUntil) > now) all.push({ kind: 'flood', until: account.floodUntil })
  if (!theyWrote) {
    if (account.mode === 'replies_only') all.push({ kind: 'repliesOnly' })
    else if ([account.restrictedUntil, account.firstContactsPausedUntil].some((at) => at && Date.parse(at) > now))
      all.push({ kind: 'restricted' })
    else
      all.push({
        kind: 'first',
        left: Math.max(0, account.limits.firstContactsPerDay - account.usedToday.firstContacts),
      })
  }
  if (account.workingHours && isQuiet(account.workingHours, now))
    all.push({ kind: 'quiet', from: account.workingHours.from })
  return all
}
