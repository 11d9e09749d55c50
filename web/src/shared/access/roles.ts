import { queryOptions } from '@tanstack/react-query'
import { get } from '@/shared/api/call'
import type { BuiltIn } from './role-name'

// By hand from the agreement, until the document of the server has them.
export const LEVELS = ['organization', 'team', 'own'] as const
export type Level = (typeof LEVELS)[number]
export const REACHES = ['clients', 'deals', 'chats', 'accounts'] as const
export type ReachOf = (typeof REACHES)[number]
export type Reach = Record<ReachOf, Level>
export type RoleView = {
  /** A word of the app, or the id of a role that the organization made. */
  key: string
  name: string | null
  builtIn: boolean
  base: BuiltIn
  description: string | null
  permissions: string[]
  reach: Reach
  /** How many have it. */
  members: number
  version: number
  updatedAt: string | null
}

/** All roles, the built-in ones first. */
export const rolesOptions = () =>
  queryOptions({
    queryKey: ['roles'] as const,
    queryFn: ({ signal }) => get<{ items: RoleView[] }>('/api/roles', {}, signal).then((r) => r.items),
  })
