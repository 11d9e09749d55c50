import { defaultParseSearch, defaultStringifySearch } from '@tanstack/react-router'
import { expect, it } from 'vitest'
import { setLocale } from '@/shared/i18n'
import { fieldOf } from './fields'
import {
  addItem,
  type Condition,
  countConditions,
  emptyGroup,
  type FilterNode,
  type Group,
  isComplete,
  newCondition,
  normalized,
  replaceItem,
  toAst,
  toModel,
  withOp,
} from './filter'
import { idsIn, wordsOf } from './filter-text'
import { readListSearch } from './search-params'
import { tools } from './testing'

const all: FilterNode = {
  and: [
    { field: 'name', op: 'contains', value: 'anna' },
    {
      or: [
        { field: 'tags', op: 'hasAny', value: ['VIP', 'EMEA'] },
        { field: 'ownerId', op: 'eq', value: 'me' },
        { not: { field: 'leadScore', op: 'between', value: [10, 50] } },
      ],
    },
    { field: 'createdAt', op: 'gte', value: { daysAgo: 7 } },
    { field: 'updatedAt', op: 'lt', value: '2026-01-01T00:00:00Z' },
    { field: 'emails', op: 'isEmpty' },
    { field: 'doNotContact', op: 'eq', value: false },
  ],
}
const condition = (c: Partial<Condition>): Condition => ({ id: 1, field: 'name', op: 'contains', value: '', ...c })

it('comes back from the model as it was', () => {
  expect(toAst('contact', toModel('contact', all))).toEqual(all)
})
it('survives the address bar', () => {
  const search = defaultStringifySearch({ filter: all, q: '2026', sort: '-createdAt,name' })
  const back = readListSearch(defaultParseSearch(search) as Record<string, unknown>)
  expect(back).toEqual({ filter: all, q: '2026', sort: '-createdAt,name' })
})
it('takes the shortest form: no group of one, one value instead of a list', () => {
  const one: FilterNode = { and: [{ or: [{ field: 'ownerId', op: 'in', value: ['me'] }] }] }
  expect(normalized('contact', one)).toEqual({ field: 'ownerId', op: 'eq', value: 'me' })
  expect(normalized('contact', { field: 'tags', op: 'hasAny', value: ['x'] })).toEqual({
    field: 'tags',
    op: 'has',
    value: 'x',
  })
  expect(normalized('company', { field: 'size', op: 'notIn', value: ['500+'] })).toEqual({
    field: 'size',
    op: 'ne',
    value: '500+',
  })
})
it('leaves out what this list does not know or what is not finished', () => {
  const node: FilterNode = {
    and: [
      { field: 'nope', op: 'eq', value: 1 },
      { field: 'name', op: 'gt' as never, value: 'x' },
      { field: 'name', op: 'contains', value: '  ' },
      { field: 'industry', op: 'eq', value: 'Energy' },
    ],
  }
  expect(normalized('contact', node)).toBeUndefined()
  expect(normalized('company', node)).toEqual({ field: 'industry', op: 'eq', value: 'Energy' })
})
it('“none of” is a negated “any of”', () => {
  const group: Group = {
    ...emptyGroup('nor'),
    items: [condition({ id: 1, value: 'a' }), condition({ id: 2, value: 'b' })],
  }
  const ast = toAst('contact', group)
  expect(ast).toEqual({
    not: {
      or: [
        { field: 'name', op: 'contains', value: 'a' },
        { field: 'name', op: 'contains', value: 'b' },
      ],
    },
  })
  expect(toModel('contact', ast).join).toBe('nor')
})
it('keeps a value when the other operator takes the same kind of value', () => {
  expect(withOp(condition({ value: 'x' }), 'text', 'startsWith').value).toBe('x')
  expect(withOp(condition({ value: 'x' }), 'text', 'in').value).toBeUndefined()
  expect(withOp(condition({ op: 'gte', value: '2026-01-01T00:00:00Z' }), 'instant', 'within').value).toBe(7)
})
it.each([
  ['number', { field: 'leadScore', op: 'between', value: [1] }, false],
  ['number', { field: 'leadScore', op: 'gte', value: Number.NaN }, false],
  ['days', { field: 'createdAt', op: 'within', value: 1.5 }, false],
  ['instant', { field: 'createdAt', op: 'gte', value: 'soon' }, false],
  ['many', { field: 'tags', op: 'hasAny', value: [] }, false],
  ['none', { field: 'tags', op: 'isEmpty', value: undefined }, true],
  ['bool', { field: 'doNotContact', op: 'eq', value: false }, true],
] as const)('knows when a %s is complete', (_, c, complete) => {
  expect(isComplete('contact', condition(c as Partial<Condition>))).toBe(complete)
})
it('edits items at any depth and drops groups left empty', () => {
  const inner: Group = { ...emptyGroup('or'), items: [condition({ id: 101 })] }
  const root: Group = { ...emptyGroup(), items: [condition({ id: 100 }), inner] }
  expect(countConditions(root)).toBe(2)
  const more = addItem(root, inner.id, condition({ id: 102 }))
  expect(countConditions(more)).toBe(3)
  expect(replaceItem(root, 101, null).items).toHaveLength(1)
  const field = fieldOf('contact', 'tags')
  if (!field) throw new Error('tags')
  expect(countConditions(replaceItem(root, 101, newCondition(field)))).toBe(2)
})
it('speaks in the language of the UI', async () => {
  const c = condition({ field: 'createdAt', op: 'within', value: 7 })
  const owners = condition({ field: 'ownerId', op: 'in', value: ['me', 'u2', 'u3'] })
  const nameOf = (_: string, id: string) => ({ u2: 'Vera' })[id]
  const say = (x: Condition) =>
    Object.values(wordsOf('contact', x, tools(), nameOf))
      .filter(Boolean)
      .join(' ')
  expect(say(c)).toBe('Created in the last 7 days')
  expect(say(owners)).toBe('Owner is any of Me +2')
  await setLocale('ru')
  expect(say(c)).toBe('Создано за последние 7 дней')
  expect(say(condition({ field: 'companyId', op: 'notIn', value: ['u2'] }))).toBe('Компания ни одно из Vera')
  await setLocale('en')
  expect(
    idsIn(
      toModel('contact', {
        and: [
          { field: 'companyId', op: 'eq', value: 'k1' },
          { field: 'ownerId', op: 'eq', value: 'me' },
        ],
      }),
    ),
  ).toEqual({
    owners: ['me'],
    companies: ['k1'],
    records: [],
  })
})
