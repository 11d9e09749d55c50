import { expect, it } from 'vitest'
import { boardQuery, dealsQuery, isAsked, readPipelineSearch } from './search-params'

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
