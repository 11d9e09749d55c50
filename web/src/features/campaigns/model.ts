import type { Tone } from '@/shared/ui/tone'
import type { Campaign, CampaignDay, CampaignState, Counts, Enrolment, StopCause, Totals } from './types'

/** What the screens say of campaigns. Pure. */
export const STATE_TONE: Record<CampaignState, Tone> = {
  draft: 'gray',
  scheduled: 'violet',
  running: 'green',
  paused: 'amber',
  finished: 'blue',
  archived: 'gray',
}
/** Nobody is on the way yet: everything may be changed. */
export const isOpen = ({ state }: Pick<Campaign, 'state'>) => state === 'draft' || state === 'scheduled'
export const isLive = ({ state }: Pick<Campaign, 'state'>) => state === 'running' || state === 'paused'

export const PAUSES = ['manual', 'no_sender', 'steps', 'audience', 'policy', 'health'] as const
export type Pause = (typeof PAUSES)[number]
/** Why it is paused; null for what this version knows nothing of. */
export const pauseOf = (reason: string | null): Pause | null => PAUSES.find((p) => p === reason) ?? null

/** How far it is: contacts who are through with it, of all. */
export function progressOf({ totals }: Pick<Campaign, 'totals'>): number {
  return totals.enrolled === 0 ? 0 : Math.min(1, (totals.finished + totals.stopped) / totals.enrolled)
}
/** Null where nothing went yet: 0 % would say that nobody answered. */
export const rateOf = (part: number, of: number): number | null => (of > 0 ? part / of : null)
/** Contacts who answered, of those who can have: a contact answers once, however many messages went. */
export function replyRate(totals: Totals & { reached?: number }): number | null {
  return rateOf(totals.replied, Math.min(totals.reached ?? totals.sent, totals.enrolled))
}

export const CAUSES = ['replied', 'opted_out', 'stage', 'manual', 'policy', 'failed', 'deleted', 'step'] as const
export const CAUSE_TONE: Record<StopCause, Tone> = {
  replied: 'green',
  opted_out: 'red',
  stage: 'violet',
  manual: 'gray',
  policy: 'amber',
  failed: 'orange',
  deleted: 'gray',
  step: 'sky',
}
/** Causes that there are, the most frequent first. */
export function stopsOf(stops: Partial<Record<StopCause, number>>): { cause: StopCause; count: number }[] {
  return CAUSES.map((cause) => ({ cause, count: stops[cause] ?? 0 }))
    .filter((s) => s.count > 0)
    .sort((a, b) => b.count - a.count)
}

const DAYS = 14
/** The last fortnight, day by day; a line needs two points. */
export function sparkOf(days: readonly CampaignDay[], of: 'sent' | 'replied'): number[] | null {
  const values = days.slice(-DAYS).map((d) => d[of])
  return values.length > 1 && values.some((v) => v > 0) ? values : null
}

/** From a message to its answer. Each part of the one before it, as a person reads it. */
export const FUNNEL = ['sent', 'delivered', 'read', 'replied', 'positive'] as const
export type FunnelPart = (typeof FUNNEL)[number]
export const FUNNEL_TONE: Record<FunnelPart, Tone> = {
  sent: 'gray',
  delivered: 'sky',
  read: 'blue',
  replied: 'violet',
  positive: 'green',
}
export function funnelOf(counts: Counts): { part: FunnelPart; count: number; share: number }[] {
  const most = Math.max(1, counts.sent)
  return FUNNEL.map((part) => ({ part, count: counts[part], share: Math.min(1, counts[part] / most) }))
}

export const ENROLMENT_TONE: Record<Enrolment['state'], Tone> = {
  waiting: 'blue',
  sending: 'sky',
  paused: 'amber',
  finished: 'green',
  stopped: 'gray',
}
/** What may be done to it. One that somebody's word or a reply has stopped can go on. */
export function turnsOf({ state, cause }: Pick<Enrolment, 'state' | 'cause'>): ('pause' | 'resume' | 'stop')[] {
  if (state === 'waiting' || state === 'sending') return ['pause', 'stop']
  if (state === 'paused') return ['resume', 'stop']
  return state === 'stopped' && (cause === 'replied' || cause === 'manual') ? ['resume'] : []
}
/** As it will be once the server has agreed. */
export function turned<E extends Enrolment>(e: E, how: 'pause' | 'resume' | 'stop', now: string): E {
  if (how === 'pause') return { ...e, state: 'paused', held: null, heldMessage: null }
  if (how === 'resume') return { ...e, state: 'waiting', cause: null, endedAt: null }
  return { ...e, state: 'stopped', cause: 'manual', dueAt: null, held: null, heldMessage: null, endedAt: now }
}

/** Of variants, in their order. */
export const VARIANT_TONES: readonly Tone[] = ['blue', 'violet', 'teal', 'amber', 'pink']
