import type { ReachOf } from './roles'

/** Permissions as people look at them: by what they are about, then by what is done with it. Pure. */
export type Area = 'clients' | 'deals' | 'chats' | 'accounts' | 'administration' | 'other'
export type Resource = { id: string; actions: string[] }
export type PermissionArea = { id: Area; reach: ReachOf | null; actions: string[]; resources: Resource[] }

const ACTIONS = [
  ...['read', 'write', 'send', 'delete', 'purge', 'import', 'export', 'bulk'],
  ...['merge', 'share', 'start', 'purchase'],
]
const AREAS: readonly { id: Area; reach: ReachOf | null; of: RegExp }[] = [
  { id: 'clients', reach: 'clients', of: /^(crm\.(contacts|companies|notes|fields|views)|campaigns)$/ },
  { id: 'deals', reach: 'deals', of: /^(crm\.deals|pipeline\..*)$/ },
  { id: 'chats', reach: 'chats', of: /^messaging\./ },
  { id: 'accounts', reach: 'accounts', of: /^bd\./ },
  { id: 'administration', reach: null, of: /^(team|org|api|audit)\b/ },
  // Of a newer server: shown rather than not.
  { id: 'other', reach: null, of: /^/ },
]

/** `crm.contacts.read` is `read` of `crm.contacts`. */
export function partsOf(permission: string): { resource: string; action: string } {
  const dot = permission.lastIndexOf('.')
  return { resource: permission.slice(0, dot), action: permission.slice(dot + 1) }
}
const byAction = (a: string, b: string) => rank(a) - rank(b) || a.localeCompare(b)
const rank = (action: string) => (ACTIONS.indexOf(action) + ACTIONS.length + 1) % (ACTIONS.length + 1)

/** Resources keep the order in which they are given; areas without any are left out. */
export function areasOf(permissions: readonly string[]): PermissionArea[] {
  const areas = new Map<Area, Map<string, string[]>>()
  for (const permission of permissions) {
    const { resource, action } = partsOf(permission)
    const area = AREAS.find((a) => a.of.test(resource))?.id ?? 'other'
    const resources = areas.get(area) ?? new Map<string, string[]>()
    resources.set(resource, [...(resources.get(resource) ?? []), action])
    areas.set(area, resources)
  }
  return AREAS.flatMap(({ id, reach }) => {
    const found = areas.get(id)
    if (!found) return []
    const resources = [...found].map(([of, actions]) => ({ id: of, actions: actions.toSorted(byAction) }))
    return [{ id, reach, resources, actions: [...new Set(resources.flatMap((r) => r.actions))].toSorted(byAction) }]
  })
}
