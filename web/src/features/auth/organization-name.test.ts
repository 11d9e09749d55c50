import { expect, it } from 'vitest'
import { organizationFrom } from './organization-name'

it('makes a name of the domain', () => {
  expect(organizationFrom('anna@acme.com')).toBe('Acme')
  expect(organizationFrom(' anna@polar-freight.co.uk ')).toBe('Polar Freight')
  expect(organizationFrom('a@mail.northwind.io')).toBe('Northwind')
  expect(organizationFrom('a@ibm.com')).toBe('IBM')
})
it('has no idea for public mailboxes and half an address', () => {
  for (const email of ['a@gmail.com', 'a@yandex.ru', 'a@mail.ru', 'a@xn--80ak6aa92e.com', 'anna@', 'anna@acme', ''])
    expect(organizationFrom(email)).toBeUndefined()
})
