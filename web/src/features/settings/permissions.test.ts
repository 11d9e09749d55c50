import { expect, it } from 'vitest'
import { i18n } from '@/shared/i18n'
import { groupPermissions } from './permissions'

const names = [
  ...['contacts', 'companies'].flatMap((t) =>
    ['read', 'write', 'delete', 'purge', 'import', 'export', 'bulk'].map((v) => `crm.${t}.${v}`),
  ),
  'crm.notes.read',
  'crm.notes.write',
  'team.members.read',
  'org.settings.write',
]
it('groups by what a permission is about', () => {
  const groups = groupPermissions(names.map((permission) => ({ permission, roles: ['owner' as const] })))
  expect(groups.map((g) => [g.id, g.rows.length])).toEqual([
    ['crm.contacts', 7],
    ['crm.companies', 7],
    ['crm.notes', 2],
    ['team.members', 1],
    ['org.settings', 1],
  ])
})
it('every permission has a name people can read', () => {
  for (const p of names) expect(i18n.exists(`settings:permission.${p}`), p).toBe(true)
  for (const g of groupPermissions(names.map((permission) => ({ permission, roles: [] }))))
    expect(i18n.exists(`settings:permissionGroup.${g.id}`), g.id).toBe(true)
})
