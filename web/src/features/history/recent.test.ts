import { beforeEach, expect, it } from 'vitest'
import { addRecent, dropRecent, recentIds } from './recent'

beforeEach(() => localStorage.clear())

it('keeps the newest first, each once, for each organization', () => {
  for (const id of ['a', 'b', 'a']) addRecent('o1', id)
  addRecent('o2', 'c')
  expect([recentIds('o1'), recentIds('o2')]).toEqual([['a', 'b'], ['c']])
  dropRecent('o1', 'a')
  expect(recentIds('o1')).toEqual(['b'])
})
it('forgets the oldest, and reads what is damaged as nothing', () => {
  for (let i = 0; i < 30; i++) addRecent('o1', String(i))
  expect(recentIds('o1')).toHaveLength(20)
  expect(recentIds('o1')[0]).toBe('29')
  localStorage.setItem('rapport.history.o1', '{"a')
  expect(recentIds('o1')).toEqual([])
  localStorage.setItem('rapport.history.o1', '[1, null, "x"]')
  expect(recentIds('o1')).toEqual(['x'])
})
