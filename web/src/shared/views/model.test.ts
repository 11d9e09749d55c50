import { expect, it } from 'vitest'
import { aView } from './fixtures'
import { again, canonical, copyOf, defaultOf, freeName, inOrder, isChanged, mayChange, moveTo } from './model'

const plain = <T>(q: T) => q

it('equal questions are equal, whatever the order of their keys', () => {
  expect(canonical({ a: 1, b: { c: [2, 3], d: null } })).toBe(canonical({ b: { c: [2, 3] }, a: 1 }))
  expect(canonical({ a: [1, 2] })).not.toBe(canonical({ a: [2, 1] }))
})
it('the plain list is changed by a question, not by columns or layout', () => {
  expect(isChanged(null, { columns: ['name'], layout: 'table' }, plain)).toBe(false)
  expect(isChanged(null, { search: '' }, plain)).toBe(false)
  expect(isChanged(null, { sort: 'name' }, plain)).toBe(true)
  expect(isChanged(null, { filter: { field: 'name', op: 'isEmpty' } }, plain)).toBe(true)
})
it('a view is changed by what it has: question, columns, layout', () => {
  const view = aView({ query: { search: 'anna', columns: ['name', 'tags'], layout: 'table' } })
  const now = { search: 'anna', columns: ['name', 'tags'], layout: 'table' as const }
  expect(isChanged(view, now, plain)).toBe(false)
  expect(isChanged(view, { ...now, columns: ['tags', 'name'] }, plain)).toBe(true)
  expect(isChanged(view, { ...now, layout: 'board' }, plain)).toBe(true)
  expect(isChanged(view, { ...now, search: undefined }, plain)).toBe(true)
  expect(isChanged(aView({ query: { search: 'anna' } }), now, plain)).toBe(false)
})
it('compares the filter in its shortest form', () => {
  const view = aView({ query: { filter: { and: [{ field: 'name', op: 'isEmpty' }] } } })
  const shortest = (q: { filter?: unknown }) => ({ ...q, filter: { field: 'name', op: 'isEmpty' } })
  expect(isChanged(view, { filter: { field: 'name', op: 'isEmpty' } }, shortest as never)).toBe(false)
})
it('a bare address opens what the list begins with, if anything', () => {
  expect(defaultOf([aView(), aView({ id: 'v2', isDefault: true })])?.id).toBe('v2')
  expect(defaultOf([aView()])).toBeUndefined()
})
it('what others see is changed by its owner and those who may share', () => {
  const theirs = aView({ mine: false, visibility: 'org' })
  expect([mayChange(theirs, false), mayChange(theirs, true)]).toEqual([false, true])
  expect(mayChange({ ...theirs, mine: true }, false)).toBe(true)
  expect(mayChange(aView(), false)).toBe(true)
})
it('finds a name that is free', () => {
  expect(freeName('Mine', [])).toBe('Mine')
  expect(freeName('mine', [aView({ name: 'Mine' }), aView({ name: 'Mine 2' })])).toBe('mine 3')
})
it('a copy is private; what was deleted comes back as it was', () => {
  const view = aView({ visibility: 'org', locked: true, icon: 'flame' })
  expect(copyOf(view, 'Copy')).toMatchObject({ name: 'Copy', visibility: 'private', icon: 'flame' })
  expect(again(view)).toMatchObject({ name: view.name, visibility: 'org', locked: true })
})
it('moves a view and numbers all of them', () => {
  const views = ['a', 'b', 'c'].map((id, position) => aView({ id, position }))
  const ids = (list: readonly { id: string }[]) => list.map((v) => v.id).join('')
  expect(ids(moveTo(views, 'a', 2))).toBe('bca')
  expect(ids(moveTo(views, 'c', -5))).toBe('cab')
  expect(moveTo(views, 'c', 0).map((v) => v.position)).toEqual([0, 1, 2])
  expect(ids(moveTo(views, 'x', 0))).toBe('abc')
  expect(ids(inOrder(views.toReversed()))).toBe('abc')
})
