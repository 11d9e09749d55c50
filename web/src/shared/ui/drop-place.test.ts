import { expect, it } from 'vitest'
import { dropPlace, moved } from './drop-place'

const rows = [
  { top: 0, height: 40 },
  { top: 40, height: 80 },
  { top: 120, height: 40 },
]
it('a row takes the place of what its middle has passed', () => {
  expect(dropPlace(rows, 0, 20)).toBe(0)
  expect(dropPlace(rows, 0, 79)).toBe(0)
  expect(dropPlace(rows, 0, 81)).toBe(1)
  expect(dropPlace(rows, 0, 999)).toBe(2)
  expect(dropPlace(rows, 2, -10)).toBe(0)
})
it('moves an item and keeps the others in order', () => {
  expect(moved(['a', 'b', 'c', 'd'], 0, 2)).toEqual(['b', 'c', 'a', 'd'])
  expect(moved(['a', 'b', 'c', 'd'], 3, 0)).toEqual(['d', 'a', 'b', 'c'])
  expect(moved(['a'], 0, 0)).toEqual(['a'])
})
