import { isBuiltIn, type RoleRef } from '@/shared/access/role-name'
import type { RoleView } from '@/shared/access/roles'
import type { Tone } from '@/shared/ui/tone'
import type { Holdings, Member } from './types'

/** What the screens of the team say and allow. Pure. */
const TONES: Record<string, Tone> = {
  owner: 'violet',
  admin: 'blue',
  manager: 'teal',
  agent: 'green',
  viewer: 'gray',
  auditor: 'amber',
}
/** A role that the organization made looks like one, whatever its kin. */
export const roleTone = ({ key }: RoleRef): Tone => (isBuiltIn(key) ? (TONES[key] ?? 'gray') : 'pink')

export const isLocked = ({ lockedUntil }: Pick<Member, 'lockedUntil'>, now = Date.now()) =>
  !!lockedUntil && Date.parse(lockedUntil) > now
export const isSuspended = ({ suspendedAt }: Pick<Member, 'suspendedAt'>) => suspendedAt !== null
export const isOwner = (m: Pick<Member, 'roles' | 'role'>) =>
  m.role === 'owner' || m.roles.some((r) => r.key === 'owner')

/** Somebody who acts on members: the person at the screen. */
export type Actor = { id: string; owner: boolean; permissions: readonly string[] }
/** Only an owner touches an owner. */
export const mayChange = (actor: Actor, m: Pick<Member, 'id' | 'roles' | 'role'>) => actor.owner || !isOwner(m)
/** Nobody removes themselves, nor switches off their own access. */
export const mayRemove = (actor: Actor, m: Pick<Member, 'id' | 'roles' | 'role'>) =>
  actor.id !== m.id && mayChange(actor, m)

/** Who edits roles may look as a member; the server looks closer at what either may do. */
export const mayView = (actor: Actor, m: Pick<Member, 'id' | 'roles' | 'role'>) =>
  actor.permissions.includes('team.roles.write') && mayRemove(actor, m)

/** Why a role cannot be given by this person; null when it can. */
export function refusalOf(actor: Actor, role: Pick<RoleView, 'key' | 'permissions'>): 'ownerOnly' | 'beyond' | null {
  if (role.key === 'owner') return actor.owner ? null : 'ownerOnly'
  if (actor.owner) return null
  return role.permissions.every((p) => actor.permissions.includes(p)) ? null : 'beyond'
}

export const sumOf = (h: Holdings) => Object.values(h).reduce((a, b) => a + b, 0)

/** An address as far as it can be told here; the server looks closer. */
export const isEmail = (text: string) => text.length <= 254 && /^[^\s@<>,;]+@[^\s@<>,;.]+(\.[^\s@<>,;.]+)+$/.test(text)
/** What is pasted from a mail program has names around its addresses: `Ann <ann@x.org>`. */
export const bareEmail = (text: string) => (/<([^<>]+)>\s*$/.exec(text)?.[1] ?? text).trim().toLowerCase()
/** Commas, semicolons, lines and tabs part addresses. */
export const BETWEEN = /[,;\n\r\t]+/
