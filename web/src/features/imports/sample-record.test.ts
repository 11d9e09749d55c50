import { expect, it } from 'vitest'
import { column } from './fixtures'
import type { Choice, Target } from './mapping'
import { sampleRecord } from './sample-record'

const of = (cells: [target: Target, cell: string, key?: string][], type: 'contact' | 'company' = 'contact') =>
  sampleRecord(
    cells.map((c) => c[1]),
    cells.map((_, i) => column(i, `h${i}`)),
    cells.map(([target, , customKey = '']): Choice => ({ target, customKey })),
    type,
  )

it('puts a name together from its parts', () => {
  expect(
    of([
      ['firstName', 'Фёдор'],
      ['middleName', 'Ильич'],
      ['lastName', 'Щербаков'],
    ]).name,
  ).toBe('Фёдор Ильич Щербаков')
  expect(
    of([
      ['name', 'Вера Л.'],
      ['firstName', 'Вера'],
    ]).name,
  ).toBe('Вера Л.')
})
it('calls a nameless contact by an address, a company never', () => {
  expect(
    of([
      ['phone', '+7 900'],
      ['email', 'A@X.co'],
    ]).name,
  ).toBe('a@x.co')
  expect(of([['telegramUsername', 'https://t.me/anna']]).name).toBe('@anna')
  expect(of([['email', 'a@x.co']], 'company').name).toBeNull()
  expect(of([['description', 'x']]).name).toBeNull()
})
it('splits lists as the server does and joins columns of one list', () => {
  const r = of([
    ['phone', '+7 (900) 555-0000 ::: +1 202 555 0100'],
    ['phone', '+7 (900) 555-0000'],
    ['email', 'A@x.co; b@x.co,c@x.co'],
    ['tags', '* myContacts ::: BD ::: * friends|VIP'],
  ])
  expect(r.fields.map((f) => f.values)).toEqual([
    ['+7 (900) 555-0000', '+1 202 555 0100'],
    ['a@x.co', 'b@x.co', 'c@x.co'],
  ])
  expect(r.tags).toEqual(['BD', 'friends', 'VIP'])
})
it('shows title and company in one line, custom fields by their name, and nothing that is left out', () => {
  const r = of([
    ['name', ' \u200bAnna\u200b '],
    ['jobTitle', 'CEO'],
    ['companyName', 'Acme, Inc.'],
    ['custom', 'Open', 'Status'],
    ['skip', 'secret'],
    ['website', ''],
  ])
  expect([r.name, r.subtitle]).toEqual(['Anna', 'CEO · Acme, Inc.'])
  expect(r.fields).toEqual([{ target: 'custom', key: 'Status', values: ['Open'] }])
})
