import { expect, it } from 'vitest'
import { aView } from '@/shared/views/fixtures'
import { isChanged } from '@/shared/views/model'
import { fromQuery, isBare, normalize, toQuery } from './deal-views'

it('what a view keeps comes back as the address it was saved from', () => {
  const search = { q: 'pilot', owner: 'me', rotting: 1 as const, sort: '-amount', view: 'table' as const }
  const query = toQuery('p1', search)
  expect(query).toMatchObject({ search: 'pilot', sort: '-amount', layout: 'table' })
  expect(fromQuery(query)).toEqual({ pipelineId: 'p1', search })
})
it('the board is the layout without a name in the address', () => {
  expect(toQuery('p1', {}).layout).toBe('board')
  expect(fromQuery(toQuery('p1', {}))).toEqual({ pipelineId: 'p1', search: {} })
})
it('a view of another making opens as far as it is understood', () => {
  expect(fromQuery({ filter: { field: 'ownerId', op: 'eq', value: 'u2' } })).toEqual({ search: { owner: 'u2' } })
  expect(fromQuery({ filter: { or: [] } as never })).toEqual({ search: {} })
  expect(fromQuery({})).toEqual({ search: {} })
})
it('the order of conditions is no change, another pipeline is', () => {
  const query = toQuery('p1', { owner: 'me', rotting: 1 })
  const turned = { ...query, filter: { and: [...(query.filter as { and: unknown[] }).and].reverse() } }
  const view = aView({ recordType: 'deal', query: turned })
  expect(isChanged(view, query, normalize)).toBe(false)
  expect(isChanged(view, toQuery('p2', { owner: 'me', rotting: 1 }), normalize)).toBe(true)
})
it('a form that is open asks for nothing', () => {
  expect(isBare({ new: 'first', deal: 'd1' })).toBe(true)
  expect(isBare({ view: 'table' })).toBe(false)
})
