import { describe, expect, it } from 'vitest'
import { column, preview } from './fixtures'
import {
  type Choice,
  certainty,
  columnLetter,
  customKeyOf,
  findProblems,
  fingerprint,
  guessed,
  isSound,
  SKIP,
  type Target,
  toMapping,
} from './mapping'

const to = (target: Target, customKey = ''): Choice => ({ target, customKey })

describe('guesses', () => {
  it('takes what the server suggests and leaves the rest out', () => {
    const columns = [column(0, 'Name', { guess: 'name', confidence: 1 }), column(1, 'Shoe size')]
    expect(guessed(columns, 'contact')).toEqual([to('name'), to(SKIP)])
  })
  it('gives a single-valued field to the surest column, a list to all', () => {
    const columns = [
      column(0, 'Role', { guess: 'jobTitle', confidence: 0.6 }),
      column(1, 'Job title', { guess: 'jobTitle', confidence: 1 }),
      column(2, 'Mail', { guess: 'email', confidence: 0.9 }),
      column(3, 'Mail 2', { guess: 'email', confidence: 0.8 }),
    ]
    expect(guessed(columns, 'contact').map((c) => c.target)).toEqual([SKIP, 'jobTitle', 'email', 'email'])
  })
  it('never suggests what the record does not have', () => {
    expect(guessed([column(0, 'Отрасль', { guess: 'industry', confidence: 1 })], 'contact')).toEqual([to(SKIP)])
    expect(guessed([column(0, 'Отрасль', { guess: 'industry', confidence: 1 })], 'company')).toEqual([to('industry')])
  })
  it('names a suggested custom field after its column', () => {
    expect(guessed([column(0, ' Lead \n Status ', { guess: 'custom', confidence: 0.5 })], 'contact')).toEqual([
      to('custom', 'Lead Status'),
    ])
    expect([...customKeyOf('ы'.repeat(100))]).toHaveLength(64)
  })
})

describe('problems', () => {
  it('flags both columns of a conflict, with the other one', () => {
    const p = findProblems([to('name'), to('jobTitle'), to(SKIP), to('jobTitle')], 'contact')
    expect([...p.columns]).toEqual([
      [3, { kind: 'conflict', target: 'jobTitle', with: 1 }],
      [1, { kind: 'conflict', target: 'jobTitle', with: 3 }],
    ])
    expect(isSound(p)).toBe(false)
  })
  it('lets e-mails, phones and tags come from many columns', () => {
    const all = ['name', 'email', 'email', 'phone', 'phone', 'tags', 'tags'] as const
    expect(
      isSound(
        findProblems(
          all.map((t) => to(t)),
          'contact',
        ),
      ),
    ).toBe(true)
  })
  it('wants a name for each custom field, each another one', () => {
    const p = findProblems([to('name'), to('custom', ' '), to('custom', 'Status'), to('custom', 'status ')], 'contact')
    expect([...p.columns]).toEqual([
      [1, { kind: 'keyEmpty' }],
      [3, { kind: 'keyTaken', with: 2 }],
    ])
  })
  it.each([
    ['name', 'contact', null],
    ['firstName', 'contact', null],
    ['lastName', 'contact', null],
    ['email', 'contact', null],
    ['phone', 'contact', null],
    ['telegramUsername', 'contact', null],
    ['middleName', 'contact', 'identity'],
    ['companyName', 'contact', 'identity'],
    [SKIP, 'contact', 'nothing'],
    ['name', 'company', null],
    ['email', 'company', 'identity'],
  ] as const)('a file with %s alone as a %s: %s', (target, type, expected) => {
    expect(findProblems([to(target)], type).file).toBe(expected)
  })
})

it('sends the columns that are taken by their place in the file', () => {
  const columns = [column(0, 'A'), column(2, 'B'), column(5, 'C')]
  expect(toMapping([to('name'), to(SKIP, 'left over'), to('custom', ' Status ')], columns)).toEqual([
    { column: 0, target: 'name' },
    { column: 5, target: 'custom', customKey: 'Status' },
  ])
})

it('tells previews with other headings or another kind of record apart', () => {
  const one = fingerprint(preview(), 'contact')
  expect(fingerprint(preview({ encoding: 'windows-1251' }), 'contact')).toBe(one)
  expect(fingerprint(preview({ headerRow: 1 }), 'contact')).not.toBe(one)
  expect(fingerprint(preview(), 'company')).not.toBe(one)
})

it('calls columns like a spreadsheet', () => {
  expect([0, 25, 26, 51, 52, 701, 702].map(columnLetter)).toEqual(['A', 'Z', 'AA', 'AZ', 'BA', 'ZZ', 'AAA'])
})

it('speaks of certainty in three steps', () => {
  expect([1, 0.9, 0.89, 0.7, 0.5].map(certainty)).toEqual(['sure', 'sure', 'likely', 'likely', 'unsure'])
})
