import { queryOptions } from '@tanstack/react-query'
import type { Offer } from '@/api/gen/types.gen'
import { send } from '@/shared/api/call'

/** What the link offers, and to whom. */
export const offerOptions = (token: string) =>
  queryOptions({
    queryKey: ['invitation', token],
    queryFn: () => send<Offer>('POST', '/api/auth/invitation', { token }),
    enabled: token !== '',
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
/** Somebody new: the link proves the address. */
export const acceptInvitation = (body: { token: string; name: string; password: string }) =>
  send('POST', '/api/auth/invitation/accept', body)
/** Whoever is signed in with the invited address. */
export const joinByInvitation = (token: string) => send('POST', '/api/auth/invitation/join', { token })
