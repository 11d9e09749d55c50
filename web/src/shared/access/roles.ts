import { queryOptions } from '@tanstack/react-query'
import type { ReachLevel, RoleReach, RoleView } from '@/api/gen/types.gen'
import { get } from '@/shared/api/call'

export const LEVELS = ['organization', 'team', 'own'] as const satisfies readonly ReachLevel[]
export type Level = ReachLevel
export const REACHES = ['clients', 'deals', 'chats', 'accounts'] as const satisfies readonly (keyof RoleReach)[]
export type ReachOf = (typeof REACHES)[number]
export type Reach = RoleReach
export type { RoleView }

/** All roles, the built-in ones first. */
export const rolesOptions = () =>
  queryOptions({
    queryKey: ['roles'] as const,
    queryFn: ({ signal }) => get<{ items: RoleView[] }>('/api/roles', {}, signal).then((r) => r.items),
  })
