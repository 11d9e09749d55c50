import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Batch } from '@/api/gen/types.gen'
import { ApiError } from '@/shared/api/errors'
import { toast } from '@/shared/ui/toast'
import { keys } from './api'
import { findInPages, type Pages as ListPages } from './cache'
import { useLeft } from './left'
import { dismiss, merge, type Pages, unmerge, withoutGroup, withoutRecords } from './merge'
import { groupKeys, mergeApi } from './merge-api'
import { contact, pagesOf } from './testing'

vi.mock('@/shared/ui/toast', () => ({
  toast: { add: vi.fn(), undo: vi.fn(), error: vi.fn(), success: vi.fn() },
}))
const [a, b, c] = ['a', 'b', 'c'].map((id) => contact({ id, name: id.toUpperCase() })) as [
  ReturnType<typeof contact>,
  ReturnType<typeof contact>,
  ReturnType<typeof contact>,
]
const groups = (...of: (typeof a)[][]): Pages => ({
  pageParams: [''],
  pages: [{ items: of.map((records, i) => ({ id: `g${i}`, matchedOn: ['email'], records })), nextCursor: null }],
})
const ids = (d: Pages | undefined) => d?.pages.flatMap((p) => p.items.map((g) => g.records.map((r) => r.id).join('')))
const batch = { id: 'batch' } as Batch

let qc: QueryClient
const shown = (id: string) => findInPages(qc.getQueryData<ListPages>(keys.lists('contact')), id)
const shownGroups = () => ids(qc.getQueryData<Pages>(groupKeys.of('contact')))
beforeEach(() => {
  qc = new QueryClient()
  qc.setQueryData(keys.lists('contact'), pagesOf([a, b, c]))
  qc.setQueryData(groupKeys.of('contact'), groups([a, b], [b, c]))
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.clearAllMocks()
  useLeft.setState({ left: null, wanted: false })
})

it('a group that is left with one record is none', () => {
  expect(ids(withoutRecords(groups([a, b, c], [b, c]), new Set(['b'])))).toEqual(['ac'])
  expect(ids(withoutGroup(groups([a, b], [b, c]), ['b', 'a']))).toEqual(['bc'])
})
it('merged records leave lists and groups at once, and the target shows what it becomes', async () => {
  let answer: (v: never) => void = () => {}
  vi.spyOn(mergeApi, 'merge').mockReturnValue(new Promise((done) => (answer = done as never)))
  const others = { ...b, jobTitle: 'CTO', tags: ['new'] }
  const done = merge(qc, 'contact', [{ ...a, jobTitle: null }, others], { into: 'a', picked: {} })
  expect(shown('b')).toBeUndefined()
  expect(shown('a')).toMatchObject({ jobTitle: 'CTO', tags: ['VIP', 'new'] })
  expect(shownGroups()).toEqual([])
  answer({ record: { ...a, jobTitle: 'CTO', version: 9 }, batch } as never)
  await done
  expect(shown('a')?.version).toBe(9)
  expect(toast.undo).toHaveBeenCalledWith('2 records merged into A', expect.any(Function))
})
it('a refused merge puts everything back and says why', async () => {
  const e = new ApiError(422, { details: [{ field: 'emails', code: 'x', message: 'At most 20' }] })
  vi.spyOn(mergeApi, 'merge').mockRejectedValue(e)
  expect(
    await merge(qc, 'contact', [a, { ...b, jobTitle: 'CTO' }], { into: 'a', picked: { jobTitle: 'b' } }),
  ).toBeNull()
  expect(shown('b')).toBeDefined()
  expect(shown('a')?.jobTitle).toBe('CEO')
  expect(shownGroups()).toEqual(['ab', 'bc'])
  expect(toast.add).toHaveBeenCalledWith(expect.objectContaining({ type: 'error', description: 'At most 20' }))
})
it('an undo says it, or shows what was left alone', async () => {
  vi.spyOn(mergeApi, 'unmerge').mockResolvedValueOnce({ batch, conflicts: [] })
  await unmerge(qc, 'contact', 'batch')
  expect(toast.success).toHaveBeenCalledWith('The merge was undone')
  const conflicts = [{ recordType: 'contact' as const, id: 'a', name: 'A' }]
  vi.spyOn(mergeApi, 'unmerge').mockResolvedValueOnce({ batch, conflicts })
  await unmerge(qc, 'contact', 'batch')
  expect(useLeft.getState()).toEqual({ left: { conflicts }, wanted: true })
})
it('what is told apart goes at once, and comes back when that failed', async () => {
  const ask = vi.spyOn(mergeApi, 'dismiss').mockRejectedValueOnce(new ApiError(0, {}))
  const failed = dismiss(qc, 'contact', ['b', 'a'])
  expect(shownGroups()).toEqual(['bc'])
  expect(await failed).toBe(false)
  expect(shownGroups()).toEqual(['ab', 'bc'])
  ask.mockResolvedValueOnce({} as never)
  expect(await dismiss(qc, 'contact', ['a', 'b'])).toBe(true)
})
