import { useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import type { SessionInfo } from '@/api/gen/types.gen'
import { sessionOptions } from './session-query'

type Verb = 'read' | 'write' | 'delete' | 'purge' | 'import' | 'export' | 'bulk' | 'merge'
export type Permission =
  | `crm.contacts.${Verb}`
  | `crm.companies.${Verb}`
  | `crm.deals.${Exclude<Verb, 'merge'>}`
  | 'pipeline.pipelines.read'
  | 'pipeline.pipelines.write'
  | 'crm.views.share'
  | 'crm.notes.read'
  | 'crm.notes.write'
  | 'team.members.read'
  | 'team.members.write'
  | 'team.roles.write'
  | 'team.teams.write'
  | 'api.keys.write'
  | 'audit.read'
  | 'audit.export'
  | 'org.settings.write'
  | 'crm.fields.write'
  | 'api.webhooks.read'
  | 'api.webhooks.write'
  | 'messaging.chats.read'
  | 'messaging.chats.write'
  | 'messaging.messages.send'
  | 'messaging.templates.share'
  | 'messaging.chats.import'
  | 'campaigns.read'
  | 'campaigns.write'
  | 'campaigns.start'
  | 'bd.accounts.read'
  | 'bd.accounts.write'
  | 'bd.accounts.purchase'

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
