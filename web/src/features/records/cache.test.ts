import { expect, it } from 'vitest'
import {
  apply,
  beforeOf,
  clashes,
  findInPages,
  removeFromPages,
  revert,
  same,
  settle,
  updateInPages,
  updateManyInPages,
} from './cache'
import { contact, pagesOf } from './testing'

const a = contact({ id: 'a' })
const b = contact({ id: 'b' })
const c = contact({ id: 'c' })

it('changes one record and leaves other pages the same objects', () => {
  const before = pagesOf([a, b], [c])
  const after = updateInPages(before, 'b', (r) => ({ ...r, jobTitle: 'CTO' }))
  expect(after.pages[0]?.items.map((r) => r.jobTitle)).toEqual(['CEO', 'CTO'])
  expect(after.pages[1]).toBe(before.pages[1])
  expect(after.pages[0]?.items[0]).toBe(a)
  expect(updateInPages(before, 'x', (r) => r)).toBe(before)
})
it('changes many and finds one', () => {
  const after = updateManyInPages(pagesOf([a, b], [c]), new Set(['a', 'c']), (r) => ({ ...r, tags: ['new'] }))
  expect(after.pages.flatMap((p) => p.items.map((r) => r.tags[0]))).toEqual(['new', 'VIP', 'new'])
  expect(findInPages(after, 'c')?.tags).toEqual(['new'])
  expect(findInPages(undefined, 'c')).toBeUndefined()
})
it('takes records out and counts them off every page’s total', () => {
  const after = removeFromPages(pagesOf([a, b], [c]), new Set(['b', 'x']))
  expect(after.pages.map((p) => [p.items.length, p.page.total])).toEqual([
    [1, 2],
    [1, 2],
  ])
})
it('goes back field by field: what was written since stays', () => {
  const show = { jobTitle: 'CTO', tags: ['x'] }
  const before = beforeOf(a, show)
  const edited = { ...apply(a, show), tags: ['y'] }
  expect(revert(edited, show, before)).toMatchObject({ jobTitle: 'CEO', tags: ['y'] })
})
it('puts changes that are still on their way over the server’s answer', () => {
  expect(settle({ ...a, version: 4 }, [{ jobTitle: 'CTO' }, { tags: [] }])).toMatchObject({
    version: 4,
    jobTitle: 'CTO',
    tags: [],
  })
})
it('a clash is a field that both have changed, to different values', () => {
  const show = { jobTitle: 'CTO' }
  const before = beforeOf(a, show)
  expect(clashes(show, before, { ...a, tags: ['other'] })).toEqual([])
  expect(clashes(show, before, { ...a, jobTitle: 'CTO' })).toEqual([])
  expect(clashes(show, before, { ...a, jobTitle: 'COO' })).toEqual([{ field: 'jobTitle', mine: 'CTO', theirs: 'COO' }])
})
it('compares lists by their values', () => {
  expect([same(['a'], ['a']), same(['a'], ['b']), same(null, undefined), same(0, null)]).toEqual([
    true,
    false,
    true,
    false,
  ])
})
