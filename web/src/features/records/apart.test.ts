import { beforeEach, expect, it } from 'vitest'
import { areApart, keepApart } from './apart'

beforeEach(() => localStorage.clear())

it('remembers every pair of a group, in either order', () => {
  keepApart(['a', 'b', 'c'])
  keepApart(['d', 'a'])
  expect(['b', 'c', 'd', 'e'].filter(areApart('a'))).toEqual(['b', 'c', 'd'])
  expect(areApart('c')('b')).toBe(true)
  expect(areApart('d')('b')).toBe(false)
})
it('what cannot be read is nothing', () => {
  localStorage.setItem('rapport.apart', '{')
  expect(areApart('a')('b')).toBe(false)
  keepApart(['a', 'b'])
  expect(areApart('a')('b')).toBe(true)
})
