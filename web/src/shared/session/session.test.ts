import { expect, it } from 'vitest'
import { can } from './session'

it('a permission is held only when the session lists it', () => {
  expect(can({ permissions: ['crm.contacts.read'] }, 'crm.contacts.read')).toBe(true)
  expect(can({ permissions: ['crm.contacts.read'] }, 'crm.contacts.write')).toBe(false)
  expect(can(undefined, 'crm.contacts.read')).toBe(false)
})
