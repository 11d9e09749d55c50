import { expect, it } from 'vitest'
import type { Deal, DealPage } from '@/api/gen/types.gen'
import { changeRows, effect } from './batches'
import { deal } from './fixtures'

const page = (deals: Deal[], total = 3): DealPage => ({
  items: deals,
  page: { page: null, limit: 100, total, totalIsEstimate: false, nextCursor: null },
})
const pages = { pageParams: ['', 'x'], pages: [page([deal('a'), deal('b')]), page([deal('c')])] }

it('what is deleted leaves the list and its total', () => {
  const after = changeRows(pages, new Set(['a', 'c']), null)
  expect(after.pages.map((p) => p.items.map((d) => d.id))).toEqual([['b'], []])
  expect(after.pages.map((p) => p.page.total)).toEqual([1, 1])
})
it('pages without a chosen deal stay the same objects', () => {
  const after = changeRows(pages, new Set(['c']), (d) => ({ ...d, title: 'x' }))
  expect(after.pages[0]).toBe(pages.pages[0])
  expect(after.pages[1]?.items[0]?.title).toBe('x')
})
it.each([
  [{ action: 'assign', ownerId: 'u' }, { owner: { id: 'u', name: 'Vera' } }],
  [{ action: 'addTags', tags: ['x', 'vip'] }, { tags: ['vip', 'x'] }],
  [{ action: 'removeTags', tags: ['vip'] }, { tags: [] }],
  [{ action: 'setExpectedCloseOn', expectedCloseOn: '2026-12-24' }, { expectedCloseOn: '2026-12-24' }],
  [
    { action: 'move', stageId: 's2' },
    { stageId: 's2', daysInStage: 0 },
  ],
] as const)('%j is seen at once', (request, seen) => {
  const before = deal('a', { tags: ['vip'], daysInStage: 4 })
  expect(effect(request as never, { id: 'u', name: 'Vera' })?.(before)).toMatchObject(seen)
})
it('what is deleted or restored has no row here any more', () => {
  expect(effect({ action: 'delete' }, null)).toBeNull()
  expect(effect({ action: 'restore' }, null)).toBeNull()
})
