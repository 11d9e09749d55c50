import { expect, it } from 'vitest'
import { endOf, example, isComing, matching } from './model'

const now = Date.parse('2026-11-22T12:00:00Z')
it('a key ends after its days, with a day, as it did, or never', () => {
  expect(endOf('30', '', now, null)).toBe('2026-12-22T12:00:00.000Z')
  expect(endOf('never', '', now, '2027-01-01T00:00:00Z')).toBeNull()
  expect(endOf('keep', '', now, '2027-01-01T00:00:00Z')).toBe('2027-01-01T00:00:00Z')
  expect(new Date(endOf('date', '2026-12-01', now, null) ?? '').getTime()).toBe(
    new Date('2026-12-01T23:59:59').getTime(),
  )
})
it('a day that is over is none to choose', () => {
  expect(isComing('2026-12-01', now)).toBe(true)
  expect(isComing('2026-11-20', now)).toBe(false)
  expect(isComing('', now)).toBe(false)
})
it('finds permissions by their names and by their codes', () => {
  const names: Record<string, string> = { 'crm.contacts.read': 'View contacts', 'crm.deals.read': 'View deals' }
  const find = (q: string) => matching(Object.keys(names), q, (p) => names[p] ?? p)
  expect(find('view deal')).toEqual(['crm.deals.read'])
  expect(find('CRM.contacts')).toEqual(['crm.contacts.read'])
  expect(find(' ')).toHaveLength(2)
})
it('the example asks with the key', () => {
  expect(example('https://x.org', 'rk_1')).toContain('-H "Authorization: Bearer rk_1"')
})
