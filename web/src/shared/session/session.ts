import { hashKey, type QueryClient, queryOptions, useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { create } from 'zustand'
import { getSessionOptions, getSessionQueryKey } from '@/api/gen/@tanstack/react-query.gen'
import { getSession } from '@/api/gen/sdk.gen'
import type { SessionInfo } from '@/api/gen/types.gen'

type Verb = 'read' | 'write' | 'delete' | 'purge' | 'import' | 'export' | 'bulk'
export type Permission =
  | `crm.contacts.${Verb}`
  | `crm.companies.${Verb}`
  | 'crm.notes.read'
  | 'crm.notes.write'
  | 'team.members.read'
  | 'org.settings.write'

/** The one truth about who is signed in. Everything else is derived from this query. */
export const sessionOptions = () => queryOptions({ ...getSessionOptions(), staleTime: 5 * 60_000 })

/** Below the signed-in layout, where the session is loaded. Keeps the last one while the person is being signed out. */
export function useSession(): SessionInfo {
  const { data } = useQuery(sessionOptions())
  const last = useRef(data)
  if (data) last.current = data
  if (!last.current) throw new Error('useSession() outside of the signed-in layout')
  return last.current
}

/** Anywhere (sign-in page, formatters): never asks the server. */
export function useMaybeSession(): SessionInfo | undefined {
  return useQuery({ ...sessionOptions(), enabled: false }).data
}

export function can(session: Pick<SessionInfo, 'permissions'> | undefined, permission: Permission) {
  return session?.permissions.includes(permission) ?? false
}

export function useCan(permission: Permission) {
  return can(useMaybeSession(), permission)
}

/** Set by the client on a 401 while a session is on screen; the shell asks to sign in again. */
export const useSessionExpired = create<{ expired: boolean; set: (expired: boolean) => void }>((set) => ({
  expired: false,
  set: (expired) => set({ expired }),
}))

export function hasSession(qc: QueryClient) {
  return qc.getQueryData(getSessionQueryKey()) !== undefined
}

/**
 * After sign-in or an organization switch nothing of the former session may stay on screen or in memory.
 * The session itself is replaced, not removed: who watches it never sees a gap.
 */
export async function resetSession(qc: QueryClient): Promise<SessionInfo> {
  const { data } = await getSession({ throwOnError: true })
  await qc.cancelQueries()
  const own = hashKey(getSessionQueryKey())
  qc.removeQueries({ predicate: (q) => q.queryHash !== own })
  qc.getMutationCache().clear()
  qc.setQueryData(getSessionQueryKey(), data)
  useSessionExpired.getState().set(false)
  return data
}

export function dropSession(qc: QueryClient) {
  qc.clear()
  useSessionExpired.getState().set(false)
}
