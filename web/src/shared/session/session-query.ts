import { hashKey, type QueryClient, queryOptions } from '@tanstack/react-query'
import { create } from 'zustand'
import { client } from '@/api/gen/client.gen'
import type { GetSessionErrors, GetSessionResponses, SessionInfo, User } from '@/api/gen/types.gen'

const sessionKey = ['session'] as const
// Not through the generated sdk: one module with every operation, which the pages before sign-in have no room for.
const load = async (signal?: AbortSignal): Promise<SessionInfo> =>
  (
    await client.get<GetSessionResponses, GetSessionErrors, true>({
      url: '/api/auth/session',
      signal,
      throwOnError: true,
    })
  ).data

/** The one truth about who is signed in. Everything else is derived from this query. */
export const sessionOptions = () =>
  queryOptions({ queryKey: sessionKey, queryFn: ({ signal }) => load(signal), staleTime: 5 * 60_000 })

/**
 * Set by the client on a 401 while a session is on screen; the shell asks to sign in again. `asked`: a refusal wants
 * something else of the person (see `guard`).
 */
export const useSessionExpired = create<{ expired: boolean; asked?: boolean; set: (expired: boolean) => void }>(
  (set) => ({
    expired: false,
    set: (expired) => set({ expired }),
  }),
)

export function setSession(qc: QueryClient, session: SessionInfo) {
  qc.setQueryData(sessionKey, session)
}
export function setSessionUser(qc: QueryClient, change: Partial<User>) {
  qc.setQueryData<SessionInfo>(sessionKey, (s) => s && { ...s, user: { ...s.user, ...change } })
}
export function getLoadedSession(qc: QueryClient) {
  return qc.getQueryData<SessionInfo>(sessionKey)
}
export function hasSession(qc: QueryClient) {
  return qc.getQueryData(sessionKey) !== undefined
}

/**
 * After sign-in or an organization switch nothing of the former session may stay on screen or in memory.
 * The session itself is replaced, not removed: who watches it never sees a gap.
 */
export async function resetSession(qc: QueryClient): Promise<SessionInfo> {
  const data = await load()
  await qc.cancelQueries()
  const own = hashKey(sessionKey)
  qc.removeQueries({ predicate: (q) => q.queryHash !== own })
  qc.getMutationCache().clear()
  setSession(qc, data)
  useSessionExpired.getState().set(false)
  return data
}

export function dropSession(qc: QueryClient) {
  qc.clear()
  useSessionExpired.getState().set(false)
}
