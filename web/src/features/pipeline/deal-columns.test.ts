import { expect, it } from 'vitest'
import { aField } from '@/shared/fields/fixtures'
import { columnsOf, defaultLayout, readLayout, showColumn, shownColumns } from './deal-columns'

const tier = aField({ recordType: 'deal', key: 'tier', kind: 'select' })
const size = aField({ recordType: 'deal', key: 'size', kind: 'number' })
const columns = columnsOf([tier, size])
const ids = (json: string | null, all = columns) => shownColumns(all, readLayout(all, json)).map((c) => c.id)

it('custom fields can be shown, and are not at first', () => {
  expect(ids(null)).not.toContain('custom.tier')
  const layout = showColumn(defaultLayout(columns), 'custom.size', true)
  expect(ids(JSON.stringify(layout)).at(-1)).toBe('custom.size')
  expect(columns.find((c) => c.id === 'custom.size')).toMatchObject({ end: true, sort: 'custom.size' })
})
it('the title stays first and in sight', () => {
  expect(ids(JSON.stringify({ order: ['amount', 'title'], hidden: ['title'] }))[0]).toBe('title')
})
it('keeps the place of a field that is not known yet', () => {
  const stored = JSON.stringify({ order: ['title', 'custom.tier', 'amount'], hidden: [] })
  expect(ids(stored, columnsOf([]))).not.toContain('custom.tier')
  expect(ids(stored).indexOf('custom.tier')).toBe(1)
})
it('starts anew where nothing can be read', () => {
  expect(readLayout(columns, 'x')).toEqual(defaultLayout(columns))
})
