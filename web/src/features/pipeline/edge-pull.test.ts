import { expect, it } from 'vitest'
import { edgePull } from './edge-pull'

it('does not pull in the middle', () => {
  expect(edgePull(200, 0, 400)).toBe(0)
  expect(edgePull(56, 0, 400)).toBe(0)
})
it('pulls towards the edge, the faster the nearer, and not faster beyond it', () => {
  expect(edgePull(50, 0, 400)).toBeLessThan(0)
  expect(edgePull(5, 0, 400)).toBeLessThan(edgePull(40, 0, 400))
  expect(edgePull(-40, 0, 400)).toBe(-14)
  expect(edgePull(400, 0, 400)).toBe(14)
})
it('leaves room in the middle of what is narrow', () => {
  expect(edgePull(45, 0, 90)).toBe(0)
  expect(edgePull(0, 0, 0)).toBe(0)
})
