import { expect, it } from 'vitest'
import type { RoleView } from '@/shared/access/roles'
import {
  allPermissions,
  differingPermissions,
  differingReach,
  draftOf,
  isBeyond,
  roleSearch,
  sameDraft,
  toggled,
} from './model'

const role = (key: string, permissions: string[], change: Partial<RoleView> = {}): RoleView => ({
  key,
  name: null,
  builtIn: true,
  base: 'agent',
  description: null,
  permissions,
  reach: { clients: 'own', deals: 'own', chats: 'own', accounts: 'own' },
  members: 0,
  version: 1,
  updatedAt: null,
  ...change,
})

it('a copy of the owner’s role does not make owners', () => {
  expect(draftOf(role('owner', ['a'], { base: 'owner' }), 'Copy')).toMatchObject({ base: 'admin', name: 'Copy' })
  expect(draftOf(role('viewer', [], { base: 'viewer' }), 'V').base).toBe('viewer')
})
it('the order in which permissions are ticked changes nothing', () => {
  const a = draftOf(role('r', ['x', 'y']), 'R')
  expect(sameDraft(a, { ...a, permissions: ['y', 'x'], name: ' R ', description: ' ' })).toBe(true)
  expect(sameDraft(a, { ...a, permissions: ['x', 'z'] })).toBe(false)
  expect(sameDraft(a, { ...a, reach: { ...a.reach, chats: 'team' } })).toBe(false)
  expect(toggled(['a', 'b', 'c'], ['c', 'new'], ['a'], true)).toEqual(['a', 'c', 'new'])
  expect(toggled(['a', 'b', 'c'], ['a', 'c'], ['a', 'b'], false)).toEqual(['c'])
})
it('what one does not have oneself is out of reach, unless the role has it already', () => {
  expect(isBeyond(['a'], [], 'b')).toBe(true)
  expect(isBeyond(['a'], ['b'], 'b')).toBe(false)
  expect(isBeyond(['a'], [], 'a')).toBe(false)
})
it('finds what two roles differ in', () => {
  const all = allPermissions([role('agent', ['b']), role('owner', ['a', 'b', 'c'])])
  const [x, y] = [
    role('x', ['a', 'b']),
    role('y', ['b', 'c'], { reach: { clients: 'team', deals: 'own', chats: 'own', accounts: 'own' } }),
  ]
  expect(all).toEqual(['a', 'b', 'c'])
  expect(differingPermissions(x, y, all)).toEqual(['a', 'c'])
  expect(differingReach(x, y)).toEqual(['clients'])
  expect(differingPermissions(x, x, all)).toEqual([])
})
it('takes only what it knows from the address', () => {
  expect(roleSearch({ role: 'admin', a: 1, b: '', other: 'x' })).toEqual({ role: 'admin' })
})
