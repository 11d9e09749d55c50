import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import * as sdk from '@/api/gen/sdk.gen'
import type { Batch } from '@/api/gen/types.gen'
import { ApiError } from '@/shared/api/errors'
import { toast } from '@/shared/ui/toast'
import { api, keys } from './api'
import { bulk } from './batches'
import { findInPages, type Pages } from './cache'
import { contact, pagesOf } from './testing'

vi.mock('@/shared/ui/toast', () => ({
  toast: { add: vi.fn(() => 't1'), update: vi.fn(), close: vi.fn(), error: vi.fn() },
  UNDO_MS: 10_000,
}))
vi.mock('@/api/gen/sdk.gen', async (original) => ({
  ...(await original<object>()),
  getBatch: vi.fn(),
  undoBatch: vi.fn(),
}))
const batch = (over: Partial<Batch> = {}): Batch => ({
  id: 'b1',
  kind: 'bulk',
  action: 'addTags',
  recordType: 'contact',
  status: 'running',
  total: 200,
  done: 0,
  conflicts: 0,
  createdAt: '2026-11-20T10:00:00Z',
  finishedAt: null,
  ...over,
})
let qc: QueryClient
const row = (id: string) => findInPages(qc.getQueryData<Pages>(keys.lists('contact')), id)
beforeEach(() => {
  vi.useFakeTimers()
  qc = new QueryClient()
  qc.setQueryData(keys.lists('contact'), pagesOf([contact({ id: 'a' }), contact({ id: 'b' })]))
})
afterEach(() => {
  vi.useRealTimers()
  vi.clearAllMocks()
})

it('shows progress every half second and offers to undo at the end', async () => {
  vi.spyOn(api, 'bulk').mockResolvedValue(batch())
  vi.mocked(sdk.getBatch)
    .mockResolvedValueOnce({ data: batch({ done: 120 }) } as never)
    .mockRejectedValueOnce(new ApiError(0, {}))
    .mockResolvedValueOnce({ data: batch({ done: 200, status: 'completed', conflicts: 1 }) } as never)
  const done = bulk(qc, 'contact', { action: 'addTags', ids: ['a'], tags: ['new'] }, 1, null)
  expect(row('a')?.tags).toEqual(['VIP', 'new'])
  await vi.advanceTimersByTimeAsync(2000)
  await done
  expect(toast.add).toHaveBeenCalledWith(expect.objectContaining({ title: 'Tagging 200 records', progress: 0 }))
  expect(toast.update).toHaveBeenCalledWith('t1', expect.objectContaining({ progress: 0.6, description: '120 of 200' }))
  const end = vi.mocked(toast.update).mock.lastCall?.[1]
  expect(end).toMatchObject({
    title: '200 records tagged',
    description: expect.stringContaining('1 record'),
    timeout: 10_000,
  })
  vi.mocked(sdk.undoBatch).mockResolvedValue({ data: batch({ id: 'b2', kind: 'undo', status: 'completed' }) } as never)
  end?.action?.onClick()
  await vi.waitFor(() => expect(toast.add).toHaveBeenLastCalledWith(expect.objectContaining({ title: 'Undone' })))
})
it('deleted rows leave at once and come back when it failed', async () => {
  vi.spyOn(api, 'bulk').mockRejectedValue(new ApiError(403, {}))
  const done = bulk(qc, 'contact', { action: 'delete', ids: ['a'] }, 1, null)
  expect(row('a')).toBeUndefined()
  await done
  expect(row('a')).toBeDefined()
  expect(toast.error).toHaveBeenCalledWith('The records were not deleted', expect.any(ApiError))
})
it('the owner’s name is shown on the rows that are named', async () => {
  vi.spyOn(api, 'bulk').mockResolvedValue(batch({ action: 'assign', status: 'completed', done: 1, total: 1 }))
  await bulk(qc, 'contact', { action: 'assign', ids: ['b'], ownerId: 'u2' }, 1, 'Vera')
  expect(row('b')).toMatchObject({ ownerId: 'u2', ownerName: 'Vera' })
  expect(toast.add).toHaveBeenCalledWith(expect.objectContaining({ title: '1 record assigned' }))
})
