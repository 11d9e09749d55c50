import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { get, send } from '@/shared/api/call'
import type { Cap, Channel, Cursored } from './types'

/** What every program of the organization keeps to, and whom none writes to. */
export type Policy = {
  timeZone: string
  quiet: { from: string; to: string } | null
  perChannel: Partial<Record<Channel, Cap>>
  total: Cap
  coolDownDays: number
  consentNeeded: Channel[]
  optOutEverywhere: boolean
  allowParallel: boolean
  optOutWords: string[]
}
export type PolicyView = { policy: Policy; version: number }
export type Suppression = {
  id: string
  channel: Channel
  /** The address, hidden but for its ends. */
  hint: string
  reason: 'opted_out' | 'bounced' | 'complained' | 'manual'
  source: string | null
  at: string
}
const B = '/api/campaigns'
export const policyApi = {
  put: (policy: Policy, version: number) => send<PolicyView>('PUT', `${B}/policy`, { policy, version }),
  suppress: (channel: Channel, address: string) => send<Suppression>('POST', `${B}/suppressions`, { channel, address }),
  release: (id: string) => send('DELETE', `${B}/suppressions/${id}`),
}
export const policyOptions = () =>
  queryOptions({ queryKey: ['contact-policy'], queryFn: ({ signal }) => get<PolicyView>(`${B}/policy`, {}, signal) })
export const suppressionsOptions = () =>
  infiniteQueryOptions({
    queryKey: ['suppressions'],
    queryFn: ({ pageParam, signal }) => get<Cursored<Suppression>>(`${B}/suppressions`, { cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  })
