import { expect, it } from 'vitest'
import { aMessage, aWait } from './fixtures'
import {
  changedSteps,
  copyOf,
  daysOf,
  freeName,
  isMessage,
  mended,
  moved,
  newStep,
  passedUpTo,
  problemsOf,
  sharesOf,
  stepsOf,
  withAction,
} from './steps-model'
import type { StepInput } from './types'

const texts = { message: 'Hello', task: 'Call' }
const condition = (stepId: string | null, then: string | null): StepInput => ({
  id: 'c',
  action: {
    kind: 'condition',
    question: { kind: 'message', fate: 'read', stepId },
    // biome-ignore lint/suspicious/noThenProperty: a word of the server's; it is no function
    then: then ? { kind: 'step', stepId: then } : { kind: 'next' },
    otherwise: { kind: 'stop' },
  },
})
const problems = (steps: StepInput[]) => problemsOf(steps).map((p) => `${p.stepId} ${p.problem}`)

it('begins with steps that can be kept as they are', () => {
  const steps = stepsOf('followUp', { first: 'Hi', second: 'Again' })
  expect(steps.map((s) => s.action.kind)).toEqual(['message', 'wait', 'message'])
  expect(problemsOf(steps)).toEqual([])
  expect(stepsOf('blank', { first: 'a', second: 'b' })).toEqual([])
})
it('names what would be refused', () => {
  expect(problems([aMessage('m', ' ')])).toEqual(['m emptyText'])
  expect(problems([aMessage('m', 'Hi {{contact.shoeSize}}')])).toEqual(['m unknownVariable'])
  expect(problems([newStep('moveStage', texts)].map((s) => ({ ...s, id: 's' })))).toEqual(['s noStage'])
  const twice = aMessage('m', 'a', 'b')
  const same = { ...twice.action, variants: twice.action.variants.map((v) => ({ ...v, name: 'A' })) }
  expect(problems([{ id: 'm', action: same }])).toEqual(['m sameName'])
})
it('a wait has an end', () => {
  const wait = (count: number): StepInput => ({ id: 'w', action: { kind: 'wait', wait: { until: 'days', count } } })
  expect([0, 1, 180, 181, 1.5].map((n) => problemsOf([wait(n)]).length)).toEqual([1, 0, 0, 1, 1])
})
it('a condition asks what came before, and goes on at what comes after', () => {
  const [first, last] = [aMessage('a', 'x'), aMessage('b', 'y')]
  expect(problems([first, condition('a', 'b'), last])).toEqual([])
  expect(problems([condition('a', 'b'), first, last])).toEqual(['c notBefore'])
  expect(problems([first, last, condition('a', 'b')])).toEqual(['c notAfter'])
})
it('a condition that lost what it names asks the last message, and goes on', () => {
  const steps = [aMessage('a', 'x'), condition('a', 'b'), aMessage('b', 'y')]
  expect(problemsOf(mended(moved(steps, 'c', 0)))).toEqual([])
  expect(problemsOf(mended(steps.filter((s) => s.id !== 'b')))).toEqual([])
  expect(mended(steps)).toEqual(steps)
})
it('puts a step elsewhere, within the list', () => {
  const ids = (steps: readonly { id: string }[]) => steps.map((s) => s.id).join('')
  const all = [{ id: 'a' }, { id: 'b' }, { id: 'c' }]
  expect([moved(all, 'a', 2), moved(all, 'c', 0), moved(all, 'a', 9), moved(all, 'x', 0)].map(ids)).toEqual([
    'bca',
    'cab',
    'bca',
    'abc',
  ])
})
it('a copy has ids of its own, and starts anew', () => {
  const step = aMessage('m', 'a', 'b')
  const won = { ...step.action, variants: step.action.variants.map((v) => ({ ...v, state: 'won' as const })) }
  const copy = copyOf({ id: 'm', action: won })
  expect(copy.id).not.toBe('m')
  expect(isMessage(copy) && copy.action.variants.map((v) => [v.text, v.state])).toEqual([
    ['a', 'running'],
    ['b', 'running'],
  ])
  expect(isMessage(copy) && copy.action.variants.some((v) => v.id === 'm-0')).toBe(false)
})
it.each([
  [
    [50, 50],
    [50, 50],
  ],
  [
    [1, 1, 1],
    [34, 33, 33],
  ],
  [
    [1, 2],
    [33, 67],
  ],
  [[0], [0]],
  [
    [99, 1],
    [99, 1],
  ],
])('parts of %j are %j percent', (weights, shares) => {
  expect(sharesOf(weights)).toEqual(shares)
})
it('names a new variant by a free letter', () => {
  expect(freeName([])).toBe('A')
  expect(freeName([{ name: 'A' }, { name: 'c' }])).toBe('B')
  expect(freeName([{ name: 'a' }, { name: 'B' }])).toBe('C')
})
it('takes at least so many days', () => {
  expect(daysOf([aMessage('a', 'x'), aWait('w', 5), aMessage('b', 'y')])).toBe(7)
  const hours: StepInput = { id: 'h', action: { kind: 'wait', wait: { until: 'hours', count: 30 } } }
  expect(daysOf([hours, { ...hours, id: 'i' }])).toBe(2)
})
it('knows what was changed of a campaign that runs, and what is behind somebody', () => {
  const steps = [aMessage('a', 'x'), aWait('w'), aMessage('b', 'y')]
  expect(changedSteps(steps, steps)).toEqual([])
  expect(changedSteps(steps, moved(steps, 'b', 1))).toEqual(['b', 'w'])
  expect(changedSteps(steps, steps.slice(0, 2))).toEqual(['b'])
  expect(changedSteps(steps, withAction(steps, 'b', aMessage('b', 'z').action))).toEqual(['b'])
  const went = (sent: number) => ({ sent, failed: 0 })
  expect(passedUpTo(steps, [{ stepId: 'a', counts: went(2) }])).toBe(0)
  expect(
    passedUpTo(steps, [
      { stepId: 'a', counts: went(2) },
      { stepId: 'b', counts: went(1) },
    ]),
  ).toBe(2)
  expect(passedUpTo(steps, [{ stepId: 'a', counts: went(0) }])).toBe(-1)
})
