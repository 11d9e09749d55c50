import { queryOptions } from '@tanstack/react-query'
import { get, send } from '@/shared/api/call'

// By hand from the agreement, until the document of the server has them.
export type ProviderId = 'google' | 'github' | 'oidc' | 'telegram'
export type SignInProvider = { id: ProviderId; name: string }
export type LinkedIdentity = {
  id: string
  provider: ProviderId
  /** Null where the server does not offer it any more. */
  providerName: string | null
  email: string | null
  label: string | null
  createdAt: string
  lastUsedAt: string
}
export type Identities = { items: LinkedIdentity[]; hasPassword: boolean }

const KNOWN = 'rapport.providers'
/** What the server offered when this browser was last here: the page has its height before the answer comes. */
function known(): SignInProvider[] | undefined {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KNOWN) ?? '')
    return Array.isArray(kept) ? kept : undefined
  } catch {
    return undefined
  }
}

/** Through whom one can sign in here. */
export const providersOptions = () =>
  queryOptions({
    queryKey: ['signInProviders'],
    queryFn: async ({ signal }) => {
      const { items } = await get<{ items: SignInProvider[] }>('/api/auth/providers', undefined, signal)
      localStorage.setItem(KNOWN, JSON.stringify(items))
      return items
    },
    placeholderData: known,
    staleTime: Number.POSITIVE_INFINITY,
  })

/** The person's accounts elsewhere. */
export const identitiesOptions = () =>
  queryOptions({
    queryKey: ['identities'],
    queryFn: ({ signal }) => get<Identities>('/api/auth/identities', undefined, signal),
  })

const TRIP = 'rapport.roundTrip'
type Trip = { next?: string; invitation?: boolean }

/** Leaves for another service; the browser comes back to `/auth/<provider>` in this tab. */
export async function depart(path: string, body: object = {}, trip: Trip = {}) {
  const { url } = await send<{ url: string }>('POST', path, body)
  sessionStorage.setItem(TRIP, JSON.stringify(trip))
  window.location.assign(url)
  await new Promise(() => {}) // the page is on its way out: nothing here goes on
}

/** What the tab left for, once. */
export function takeTrip(): Trip {
  const kept = sessionStorage.getItem(TRIP)
  sessionStorage.removeItem(TRIP)
  return kept ? (JSON.parse(kept) as Trip) : {}
}
