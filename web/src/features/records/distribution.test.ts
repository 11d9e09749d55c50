import { expect, it } from 'vitest'
import { byLoad, byTurns, type Person, sharesOf } from './distribution'

/** As the server does it, one after the other. */
function oneByOne(loads: number[], count: number): number[] {
  const now = [...loads]
  for (let n = 0; n < count; n++) {
    const place = now.indexOf(Math.min(...now))
    now[place] = (now[place] as number) + 1
  }
  return now.map((load, place) => load - (loads[place] as number))
}

it('gives by turns, the odd ones to those named first', () => {
  expect(byTurns(3, 7)).toEqual([3, 2, 2])
  expect(byTurns(2, 0)).toEqual([0, 0])
  expect(byTurns(0, 5)).toEqual([])
})

it('gives by load as the server does', () => {
  expect(byLoad([4, 1, 0], 6)).toEqual([0, 3, 3])
  expect(byLoad([], 5)).toEqual([])
  for (const loads of [
    [0, 0],
    [5, 5, 5],
    [9, 0, 3, 3],
    [2, 1, 0, 7, 7],
  ])
    for (const count of [0, 1, 2, 5, 13, 40])
      expect(byLoad(loads, count), `${loads} ${count}`).toEqual(oneByOne(loads, count))
  expect(byLoad([0, 1], 1_000_001)).toEqual([500_001, 500_000])
})

it('says nothing of shares where nobody knows the loads', () => {
  const person = (id: string, clients: number | null): Person => ({ id, name: id, clients })
  expect(sharesOf('byLoad', [person('a', 1), person('b', null)], 3)).toBeNull()
  expect(sharesOf('roundRobin', [person('a', 1), person('b', null)], 3)).toEqual([2, 1])
  expect(sharesOf('byLoad', [person('a', 2), person('b', 0)], 3)).toEqual([1, 2])
})
