import { queryOptions } from '@tanstack/react-query'
import { get } from '@/shared/api/call'
import type { Chat } from './types'

/** What the contact policy has against a message of a person. It warns, and never stops one. */
export type PolicyReason = { code: string; message: string; params: Record<string, string>; until: string | null }
type Verdict = { allowed: boolean; reasons: PolicyReason[]; notBefore: string | null }

/** Long enough for a conversation, short enough for quiet hours to begin in it. */
const FRESH_MS = 120_000
export const policyOptions = (contactId: string, channel: string) =>
  queryOptions({
    queryKey: ['contact-policy-check', contactId, channel],
    queryFn: ({ signal }) =>
      get<Verdict>('/api/campaigns/policy/check', { contactId, channel, purpose: 'manual' }, signal),
    staleTime: FRESH_MS,
    retry: false,
  })

/** Somebody known, alone, on a channel that we write on. */
export const isAsked = (chat: Chat): chat is Chat & { contactId: string } =>
  chat.kind === 'private' && chat.contactId !== null && chat.channel === 'telegram'

/** What they said themselves comes first. */
const FIRST = ['policy.deleted', 'policy.do_not_contact', 'policy.opted_out', 'policy.suppressed', 'policy.no_consent']
const rank = (code: string) => (FIRST.includes(code) ? FIRST.indexOf(code) : FIRST.length)
/**
 * The gravest first. What waiting has cured is gone; that there is an address the conversation itself shows; and who
 * opted out is on the list for that.
 */
export function reasonsNow(verdict: Verdict | undefined, now: number): PolicyReason[] {
  const all = verdict?.reasons ?? []
  const optedOut = all.some((r) => r.code === 'policy.opted_out')
  const twice = (r: PolicyReason) => optedOut && r.code === 'policy.suppressed' && r.params['reason'] === 'opted_out'
  return all
    .filter((r) => r.code !== 'policy.unreachable' && !twice(r))
    .filter((r) => r.until === null || Date.parse(r.until) > now)
    .sort((a, b) => rank(a.code) - rank(b.code))
}
