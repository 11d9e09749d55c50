import { expect, it } from 'vitest'
import { answerOf, groupTypes, pretty, stateOf, toggled, urlProblem } from './model'

const TYPES = ['contact.created', 'contact.updated', 'deal.stage.changed', 'deal.won']

it('groups types by what they are about, in their order', () => {
  expect(groupTypes(TYPES).map((g) => [g.id, g.types.length])).toEqual([
    ['contact', 2],
    ['deal', 2],
  ])
})
it.each([
  ['stage', ['deal.stage.changed']],
  ['CONTACT upd', ['contact.updated']],
  [' ', TYPES],
  ['comet', []],
])('searching for %j finds %j', (search, found) => {
  expect(groupTypes(TYPES, search).flatMap((g) => g.types)).toEqual(found)
})
it('takes a whole group in or out', () => {
  expect(toggled(['deal.won'], ['contact.created', 'contact.updated'], true)).toEqual([
    'deal.won',
    'contact.created',
    'contact.updated',
  ])
  expect(toggled(['deal.won', 'contact.created'], ['contact.created', 'contact.updated'], false)).toEqual(['deal.won'])
})
it.each([
  [{ enabled: true, failingSince: null, disabledBecause: null }, 'active'],
  [{ enabled: true, failingSince: '2026-01-01T00:00:00Z', disabledBecause: null }, 'failing'],
  [{ enabled: false, failingSince: '2026-01-01T00:00:00Z', disabledBecause: 'failures' as const }, 'disabled'],
  [{ enabled: false, failingSince: null, disabledBecause: null }, 'off'],
])('%j is %s', (w, state) => {
  expect(stateOf(w)).toBe(state)
})
it.each([
  ['https://example.com/hook', null],
  ['http://localhost:8080/x', null],
  ['example.com', 'url'],
  ['ftp://example.com', 'url'],
  ['javascript:alert(1)', 'url'],
  ['', 'url'],
])('%j as an address: %j', (url, problem) => {
  expect(urlProblem(url)).toBe(problem)
})
it('says the status, else why there is none', () => {
  expect(answerOf({ lastStatus: 503, lastError: 'x' })).toBe('503')
  expect(answerOf({ lastStatus: null, lastError: 'timeout' })).toBe('timeout')
  expect(answerOf({ lastStatus: null, lastError: null })).toBeNull()
})
it('prints JSON to be read', () => {
  expect(pretty('{"a":1}')).toBe('{\n  "a": 1\n}')
  expect(pretty('no json')).toBe('no json')
})
