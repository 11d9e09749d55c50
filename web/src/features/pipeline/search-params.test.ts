import { expect, it } from 'vitest'
import { boardQuery, dealsQuery, filterOf, isAsked, itemsOf } from './questions'
import { readPipelineSearch } from './search-params'

it('keeps what it knows of an address and drops the rest', () => {
  expect(readPipelineSearch({ view: 'table', q: ' a ', rotting: 'x', owner: 'me', deal: '', other: 1 })).toEqual({
    view: 'table',
    q: 'a',
    rotting: 1,
    owner: 'me',
  })
  expect(readPipelineSearch({ view: 'moon', rotting: 0 })).toEqual({})
})
it('asks board and list the same question, each in its way', () => {
  const search = { q: 'lic', owner: 'me', rotting: 1 } as const
  const asked = [
    { field: 'ownerId', op: 'eq', value: 'me' },
    { field: 'rotting', op: 'eq', value: true },
  ]
  expect(boardQuery(search)).toEqual({ search: 'lic', filter: JSON.stringify({ and: asked }) })
  expect(boardQuery({ view: 'table' })).toEqual({})
  const and = [{ field: 'pipelineId', op: 'eq', value: 'p' }, ...asked]
  expect(dealsQuery('p', { ...search, sort: '-amount' })).toEqual({
    search: 'lic',
    sort: '-amount',
    filter: JSON.stringify({ and }),
  })
  expect([isAsked({}), isAsked({ view: 'table' }), isAsked(search)]).toEqual([false, false, true])
})
it('conditions of the address narrow board and list alike', () => {
  const tier = { field: 'custom.tier', op: 'in', value: ['a'] }
  const deep = { or: [tier, { not: { field: 'source', op: 'isEmpty' } }] }
  expect(readPipelineSearch({ filter: { and: [tier, deep, { field: 1 }] }, group: 'owner', from: '2026-1' })).toEqual({
    filter: { and: [tier, deep] },
    group: 'owner',
  })
  expect(boardQuery({ filter: tier, rotting: 1 }).filter).toBe(
    JSON.stringify({ and: [{ field: 'rotting', op: 'eq', value: true }, tier] }),
  )
  expect(itemsOf({ and: [tier, deep] })).toEqual([tier, deep])
  expect(itemsOf(deep)).toEqual([deep])
  expect([filterOf([]), filterOf([tier]), filterOf([tier, deep])]).toEqual([undefined, tier, { and: [tier, deep] }])
})
