import { expect, it } from 'vitest'
import { type Actor, BETWEEN, bareEmail, isEmail, isLocked, mayChange, mayRemove, refusalOf, roleTone } from './model'
import type { Member } from './types'

const admin: Actor = { id: 'me', owner: false, permissions: ['crm.contacts.read', 'team.members.write'] }
const owner: Actor = { ...admin, owner: true }
const member = (id: string, ...roles: string[]): Pick<Member, 'id' | 'role' | 'roles'> => ({
  id,
  role: roles.includes('owner') ? 'owner' : 'agent',
  roles: roles.map((key) => ({ key, name: null })),
})

it('only an owner touches an owner, and nobody removes themselves', () => {
  expect(mayChange(admin, member('x', 'agent'))).toBe(true)
  expect(mayChange(admin, member('x', 'agent', 'owner'))).toBe(false)
  expect(mayChange(owner, member('x', 'owner'))).toBe(true)
  expect(mayRemove(owner, member('me', 'owner'))).toBe(false)
  expect(mayRemove(owner, member('x', 'owner'))).toBe(true)
})
it('nobody gives a role that allows more than they may', () => {
  const role = (key: string, ...permissions: string[]) => ({ key, permissions })
  expect(refusalOf(admin, role('owner', 'crm.contacts.read'))).toBe('ownerOnly')
  expect(refusalOf(admin, role('r1', 'crm.contacts.read'))).toBeNull()
  expect(refusalOf(admin, role('r1', 'crm.contacts.read', 'crm.contacts.purge'))).toBe('beyond')
  expect(refusalOf(owner, role('owner'))).toBeNull()
})
it('takes addresses out of what is pasted', () => {
  const pasted = 'Ann Lee <Ann@Example.com>; bob@example.com,\n\tcarl@sub.example.co.uk'
  expect(pasted.split(BETWEEN).map((s) => bareEmail(s.trim()))).toEqual([
    'ann@example.com',
    'bob@example.com',
    'carl@sub.example.co.uk',
  ])
  expect(['a@b.co', 'a.b+c@x-y.org'].every(isEmail)).toBe(true)
  expect(['a@b', 'a b@c.de', '@c.de', 'a@b..de', `${'a'.repeat(250)}@b.co`].some(isEmail)).toBe(false)
})
it('a lock is over when its time is', () => {
  const now = Date.parse('2026-11-01T12:00:00Z')
  expect(isLocked({ lockedUntil: '2026-11-01T12:00:01Z' }, now)).toBe(true)
  expect(isLocked({ lockedUntil: '2026-11-01T11:59:59Z' }, now)).toBe(false)
  expect(isLocked({ lockedUntil: null }, now)).toBe(false)
})
it('a role of the organization does not look like a built-in one', () => {
  expect(roleTone({ key: 'admin', name: null })).toBe('blue')
  expect(roleTone({ key: '0190-abc', name: 'Accountant' })).toBe('pink')
})
