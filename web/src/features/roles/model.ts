import { LEVELS, REACHES, type ReachOf, type RoleView } from '@/shared/access/roles'
import type { RoleInput } from './api'

/** Roles as the editor and the comparison have them. Pure. */
export type RoleSearch = { role?: string; copy?: string; a?: string; b?: string }
export function roleSearch(s: Record<string, unknown>): RoleSearch {
  const text = (k: keyof RoleSearch) => (typeof s[k] === 'string' && s[k] ? { [k]: s[k] } : {})
  return { ...text('role'), ...text('copy'), ...text('a'), ...text('b') }
}

/** What the form starts with; of a copy the kin is what may be copied: nobody but an owner counts as one. */
export function draftOf(role: RoleView, name: string): RoleInput {
  return {
    name,
    description: role.description,
    base: role.base === 'owner' ? 'admin' : role.base,
    permissions: role.permissions,
    reach: role.reach,
  }
}
export const sameDraft = (a: RoleInput, b: RoleInput) =>
  a.name.trim() === b.name.trim() &&
  (a.description?.trim() || null) === (b.description?.trim() || null) &&
  a.base === b.base &&
  sameSet(a.permissions, b.permissions) &&
  REACHES.every((r) => a.reach[r] === b.reach[r])
const sameSet = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((x) => b.includes(x))

/** Nobody gives what they do not have; what the role has already may stay. */
export const isBeyond = (mine: readonly string[], had: readonly string[], permission: string) =>
  !mine.includes(permission) && !had.includes(permission)

/** All permissions there are: an owner has every one. */
export const allPermissions = (roles: readonly RoleView[]): string[] =>
  roles.find((r) => r.key === 'owner')?.permissions ?? [...new Set(roles.flatMap((r) => r.permissions))]

/** `order` of the result is that of all permissions. */
export function toggled(order: readonly string[], held: readonly string[], some: readonly string[], on: boolean) {
  const next = new Set(held)
  for (const p of some) on ? next.add(p) : next.delete(p)
  return [...order.filter((p) => next.has(p)), ...[...next].filter((p) => !order.includes(p))]
}

type Compared = Pick<RoleView, 'permissions' | 'reach'>
export const differingPermissions = (a: Compared, b: Compared, all: readonly string[]) =>
  all.filter((p) => a.permissions.includes(p) !== b.permissions.includes(p))
export const differingReach = (a: Compared, b: Compared): ReachOf[] => REACHES.filter((r) => a.reach[r] !== b.reach[r])

export const isLevel = (v: string): v is (typeof LEVELS)[number] => (LEVELS as readonly string[]).includes(v)
