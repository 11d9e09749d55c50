import { expect, it } from 'vitest'
import { aView } from '@/shared/views/fixtures'
import { defaultLayout } from './columns'
import { isBare, shownOf, toQuery, toSearch, withColumns } from './list-views'
import { readListSearch } from './search-params'

const filter = { field: 'tags', op: 'has' as const, value: 'VIP' }

it('what a view keeps comes back as the address it was saved from', () => {
  const search = { q: 'anna', sort: '-updatedAt', filter, peek: 'x', new: 1 as const }
  const query = toQuery('contact', search, ['name', 'tags'])
  expect(query).toEqual({ search: 'anna', sort: '-updatedAt', filter, columns: ['name', 'tags'] })
  const view = aView({ id: 'v7', query })
  expect(toSearch(view)).toEqual({ q: 'anna', sort: '-updatedAt', filter, cols: 'name,tags', saved: 'v7' })
})
it('an empty view is an address with its id only', () => {
  expect(toSearch(aView({ id: 'v7', query: { filter: null, search: null, sort: null, columns: null } }))).toEqual({
    saved: 'v7',
  })
})
it('a form or a record beside the list does not make an address asked for', () => {
  expect(isBare(readListSearch({ new: 1, peek: 'x' }))).toBe(true)
  expect(isBare(readListSearch({ saved: 'all' }))).toBe(false)
  expect(isBare(readListSearch({ cols: 'name' }))).toBe(false)
})
it('columns of the address come first, in their order; unknown ones are left out, the name is never', () => {
  const own = defaultLayout('contact')
  const layout = withColumns('contact', { ...own, widths: { tags: 300 } }, 'tags,name,nope,source')
  expect(shownOf(layout)).toEqual(['name', 'tags', 'source'])
  expect(layout.widths).toEqual({ tags: 300 })
  expect([...layout.order].sort()).toEqual([...own.order].sort())
  expect(withColumns('contact', own, undefined)).toBe(own)
})
it('reads columns of an address, and drops what is none', () => {
  expect(readListSearch({ cols: 'name,custom.region' })).toEqual({ cols: 'name,custom.region' })
  expect(readListSearch({ cols: 'name,<b>' })).toEqual({})
})
