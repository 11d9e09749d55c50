import { expect, it } from 'vitest'
import { aField } from '@/shared/fields/fixtures'
import { filterFields, isComplete, newCondition, OPS, toCondition, toTest, withOp } from './deal-filter'

const tier = aField({ recordType: 'deal', key: 'tier', kind: 'select' })
const fields = filterFields([tier, aField({ key: 'budget', kind: 'money' }), aField({ key: 'vip', kind: 'checkbox' })])
const field = (id: string) => {
  const found = fields.find((f) => f.id === id)
  if (!found) throw new Error(id)
  return found
}

it('custom fields are among those to filter by', () => {
  expect(fields.slice(-3).map((f) => [f.id, f.kind])).toEqual([
    ['custom.tier', 'choice'],
    ['custom.budget', 'money'],
    ['custom.vip', 'bool'],
  ])
})
it.each([
  ['custom.tier', { op: 'in', value: ['a'] }, true],
  ['custom.tier', { op: 'in', value: [] }, false],
  ['custom.tier', { op: 'isEmpty', value: undefined }, true],
  ['custom.budget', { op: 'between', value: [1, 2] }, true],
  ['custom.budget', { op: 'between', value: [1] }, false],
  ['custom.budget', { op: 'gte', value: Number.NaN }, false],
  ['expectedCloseOn', { op: 'gte', value: '2026-12-24' }, true],
  ['expectedCloseOn', { op: 'gte', value: 'soon' }, false],
  ['source', { op: 'contains', value: '  ' }, false],
  ['custom.vip', { op: 'eq', value: false }, true],
] as const)('%s %j is complete: %s', (id, c, complete) => {
  expect(isComplete(field(id).kind, { field: id, ...c })).toBe(complete)
})
it('reads the short form of a single value, and leaves alone what it does not know', () => {
  expect(toCondition(field('custom.tier'), { field: 'custom.tier', op: 'eq', value: 'a' })).toEqual({
    field: 'custom.tier',
    op: 'in',
    value: ['a'],
  })
  expect(toCondition(field('source'), { field: 'source', op: 'startsWith', value: 'a' })).toBeNull()
  expect(toCondition(undefined, { field: 'nope', op: 'eq', value: 1 })).toBeNull()
})
it('a change of the comparison keeps a value of the same shape', () => {
  const c = { field: 'custom.tier', op: 'in', value: ['a'] } as const
  expect(withOp(c, 'notIn').value).toEqual(['a'])
  expect(withOp(c, 'isEmpty').value).toBeUndefined()
  expect(toTest(withOp(c, 'isEmpty'))).toEqual({ field: 'custom.tier', op: 'isEmpty' })
})
it('starts each field with a comparison it has', () => {
  for (const f of fields) expect(OPS[f.kind]).toContain(newCondition(f).op)
})
