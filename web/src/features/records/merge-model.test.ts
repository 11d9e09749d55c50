import { expect, it } from 'vitest'
import {
  ALL,
  type Choice,
  defaultChoice,
  fitChoice,
  mergedRecord,
  pick,
  readIds,
  rowsOf,
  sourceOf,
  suggestTarget,
  toBody,
  union,
} from './merge-model'
import { contact } from './testing'

const old = contact({
  id: 'a',
  name: 'Anna Petrova',
  jobTitle: null,
  emails: ['anna@example.com'],
  tags: ['VIP'],
  leadScore: null,
  createdAt: '2026-01-01T00:00:00Z',
  version: 4,
})
const young = contact({
  id: 'b',
  name: 'Anna Petrova',
  jobTitle: 'CEO',
  companyId: 'k2',
  companyName: 'Kestrel',
  emails: ['anna@example.com', 'anna@work.example'],
  tags: ['event'],
  doNotContact: true,
  custom: { region: 'EMEA' },
  createdAt: '2026-05-01T00:00:00Z',
  version: 2,
})
const both = [old, young]
const into = (id: string, picked: Choice['picked'] = {}): Choice => ({ into: id, picked })
const row = (id: string, records = both) => {
  const found = rowsOf('contact', records).find((r) => r.id === id)
  if (!found) throw new Error(`no row ${id}`)
  return found
}

it('shows what differs first, what is equal after it, and nothing that nobody has', () => {
  const rows = rowsOf('contact', both)
  const states = rows.map((r) => r.state)
  expect(states).toEqual([...states].sort())
  expect(rows.filter((r) => r.state === 'differs').map((r) => r.id)).toEqual([
    'companyId',
    'jobTitle',
    'tags',
    'emails',
    'leadScore',
    'doNotContact',
    'custom.region',
  ])
  expect(row('name').state).toBe('same')
  expect(rows.some((r) => ['website', 'createdAt', 'custom'].includes(r.id))).toBe(false)
})
it('lists with the same values in another order are equal', () => {
  const x = contact({ id: 'a', tags: ['one', 'two'] })
  const y = contact({ id: 'b', tags: ['two', 'one'] })
  expect(row('tags', [x, y]).state).toBe('same')
})
it('takes the value of the target, else the first there is', () => {
  expect(sourceOf(row('companyId'), both, into('a'))).toBe('a')
  expect(sourceOf(row('jobTitle'), both, into('a'))).toBe('b')
  expect(sourceOf(row('jobTitle'), both, into('a', { jobTitle: 'a' }))).toBe('a')
})
it('a warning not to contact is never lost', () => {
  expect(sourceOf(row('doNotContact'), both, into('a'))).toBe('b')
  expect(mergedRecord('contact', both, into('a'))?.doNotContact).toBe(true)
})
it('unites lists, unless one record was named', () => {
  expect(sourceOf(row('emails'), both, into('a'))).toBe(ALL)
  expect(union(row('tags'), both, 'b')).toEqual(['event', 'VIP'])
  expect(sourceOf(row('emails'), both, into('a', { emails: 'b' }))).toBe('b')
  expect(sourceOf(row('emails'), both, into('a', { emails: ALL }))).toBe(ALL)
})
it('“all” is no source of a single value', () => {
  expect(sourceOf(row('companyId'), both, into('a', { companyId: ALL }))).toBe('a')
})
it('suggests the fullest record, and of equal ones the oldest', () => {
  expect(suggestTarget('contact', both)).toBe('b')
  const twin = { ...young, id: 'c', createdAt: '2025-01-01T00:00:00Z' }
  expect(suggestTarget('contact', [young, twin])).toBe('c')
})
it('asks for what was seen: sources of what differs, versions, nothing for united lists', () => {
  expect(toBody('contact', both, into('a', { tags: 'b' }))).toEqual({
    into: 'a',
    from: ['b'],
    versions: { a: 4, b: 2 },
    fields: {
      companyId: 'a',
      jobTitle: 'b',
      leadScore: 'b',
      doNotContact: 'b',
      tags: 'b',
      'custom.region': 'b',
    },
  })
})
it('shows the record as it will be, with the names of company and owner', () => {
  const merged = mergedRecord('contact', both, into('a', { companyId: 'b' }))
  expect(merged).toMatchObject({
    id: 'a',
    jobTitle: 'CEO',
    companyId: 'k2',
    companyName: 'Kestrel',
    emails: ['anna@example.com', 'anna@work.example'],
    tags: ['VIP', 'event'],
    custom: { region: 'EMEA' },
  })
})
it('a choice survives as long as its target is there', () => {
  const chosen = pick(into('a'), 'jobTitle', 'b')
  expect(fitChoice('contact', both, chosen)).toBe(chosen)
  expect(fitChoice('contact', [young], chosen)).toEqual({ into: 'b', picked: { jobTitle: 'b' } })
  expect(fitChoice('contact', both, undefined)).toEqual(defaultChoice('contact', both))
})
it('reads ids of an address: each once, ten at most', () => {
  expect(readIds('a,b,,a')).toEqual(['a', 'b'])
  expect(readIds(undefined)).toEqual([])
  expect(readIds(Array.from({ length: 20 }, (_, i) => `x${i}`).join())).toHaveLength(10)
})
