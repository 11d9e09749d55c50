import { expect, it } from 'vitest'
import { readFilter } from '@/shared/lib/address'
import { readListSearch, readRecordSearch, readTrashSearch } from './search-params'
import { pressSort, readSort, writeSort } from './sort'

it('reads what a link may say and drops what it may not', () => {
  expect(readListSearch({ q: '  anna ', sort: '-createdAt,name', new: 1, peek: 'x', other: 2 })).toEqual({
    q: 'anna',
    sort: '-createdAt,name',
    new: 1,
    peek: 'x',
  })
  expect(readListSearch({ q: 42, sort: 'a;drop', filter: 'x', new: false })).toEqual({ q: '42' })
  expect(readListSearch({ q: '', sort: 'a,b,c,d', filter: { and: [] } })).toEqual({})
})
it('reads filters of the right shape only, and not endlessly deep', () => {
  const test = { field: 'name', op: 'eq', value: 'x' }
  expect(readFilter({ and: [test, 1, { field: 2 }] })).toEqual({ and: [test] })
  expect(readFilter({ not: test })).toEqual({ not: test })
  let deep: object = test
  for (let i = 0; i < 20; i++) deep = { not: deep }
  expect(readFilter(deep)).toBeUndefined()
})
it('a header turns ascending, descending, off; with Shift the other keys stay', () => {
  const up = pressSort([], 'name', false)
  const down = pressSort(up, 'name', false)
  expect([writeSort(up), writeSort(down), writeSort(pressSort(down, 'name', false))]).toEqual([
    'name',
    '-name',
    undefined,
  ])
  const two = pressSort(down, 'leadScore', true)
  expect(writeSort(two)).toBe('-name,leadScore')
  expect(writeSort(pressSort(two, 'name', true))).toBe('leadScore')
  expect(writeSort(pressSort(pressSort(two, 'a', true), 'b', true))).toBe('leadScore,a,b')
  expect(readSort('-a,b')).toEqual([
    { id: 'a', desc: true },
    { id: 'b', desc: false },
  ])
})
it('knows its tabs', () => {
  expect([readRecordSearch({ tab: 'timeline' }), readRecordSearch({ tab: 'x' })]).toEqual([{ tab: 'timeline' }, {}])
  expect([readTrashSearch({ tab: 'companies' }), readTrashSearch({})]).toEqual([{ tab: 'companies' }, {}])
})
