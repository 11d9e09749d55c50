import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Notification } from '@/api/gen/types.gen'
import { toast } from '@/shared/ui/toast'
import { json, mockServer } from '@/test/app'
import { actionsOf } from './actions'
import { keys, type Which } from './api'
import { COUNT_KEY } from './count'
import { aNotification } from './fixtures'

let qc: QueryClient
let server: ReturnType<typeof mockServer>
const read = aNotification({ id: 'read', readAt: '2026-03-10T10:00:00Z' })
const fresh = aNotification({ id: 'fresh' })
const system = aNotification({ id: 'system', category: 'system', kind: 'deal.won' })
const put = (which: Which, items: Notification[]) =>
  qc.setQueryData([...keys.list, which], { pages: [{ items, page: { limit: 30, nextCursor: null } }], pageParams: [] })
const ids = (which: Which) =>
  qc
    .getQueryData<{ pages: { items: Notification[] }[] }>([...keys.list, which])
    ?.pages.flatMap((p) => p.items.map((n) => `${n.id}${n.readAt ? '' : '*'}`))
const count = () => qc.getQueryData(COUNT_KEY)
const all: Which = { filter: 'inbox' }
const unread: Which = { filter: 'unread' }

beforeEach(() => {
  qc = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  server = mockServer()
  put(all, [fresh, system, read])
  put(unread, [fresh, system])
  qc.setQueryData(COUNT_KEY, { unread: 2, mentions: 1 })
  vi.spyOn(toast, 'error')
  vi.spyOn(toast, 'undo')
})

afterEach(() => vi.restoreAllMocks())

it('what is read leaves the unread at once, and counts no more', async () => {
  server.mockResolvedValue(json(200, { changed: 1 }))
  actionsOf(qc).read(fresh)
  expect(ids(all)).toEqual(['fresh', 'system*', 'read'])
  expect(ids(unread)).toEqual(['system*'])
  expect(count()).toEqual({ unread: 1, mentions: 0 })
  await vi.waitFor(() => expect(server).toHaveBeenCalled())
  expect(await server.mock.calls[0]![0].json()).toEqual({ ids: ['fresh'], read: true })
})

it('a refusal brings it back, and says so', async () => {
  server.mockResolvedValue(json(500, { code: 'internal', error: 'No' }))
  actionsOf(qc).read(fresh)
  expect(count()).toEqual({ unread: 1, mentions: 0 })
  await vi.waitFor(() => expect(toast.error).toHaveBeenCalled())
  expect(ids(all)).toEqual(['fresh*', 'system*', 'read'])
  expect(ids(unread)).toEqual(['fresh*', 'system*'])
  expect(count()).toEqual({ unread: 2, mentions: 1 })
})

it('what is as wanted is not asked for', () => {
  actionsOf(qc).read(read)
  expect(server).not.toHaveBeenCalled()
})

it('several at once can be taken back', async () => {
  server.mockImplementation(async () => json(200, { changed: 2 }))
  actionsOf(qc).readMany([fresh, system, read], true)
  expect(count()).toEqual({ unread: 0, mentions: 0 })
  await vi.waitFor(() => expect(toast.undo).toHaveBeenCalled())
  expect(await server.mock.calls[0]![0].json()).toEqual({ ids: ['fresh', 'system'], read: true })
  vi.mocked(toast.undo).mock.calls[0]![1]()
  await vi.waitFor(() =>
    expect(server.mock.calls.map(([r]) => new URL(r.url).pathname).filter((p) => p.endsWith('/read'))).toHaveLength(2),
  )
  expect(ids(all)).toEqual(['fresh*', 'system*', 'read'])
})

it('what is snoozed leaves every list but its own, and comes back when one of several fails', async () => {
  put({ filter: 'snoozed' }, [])
  server.mockImplementation(async (r) =>
    r.url.includes('system') ? json(500, { code: 'internal', error: 'No' }) : json(200, fresh),
  )
  actionsOf(qc).snooze([fresh, system], '2099-01-01T00:00:00Z', 'Snoozed')
  expect(ids(all)).toEqual(['read'])
  expect(ids(unread)).toEqual([])
  expect(count()).toEqual({ unread: 0, mentions: 0 })
  await vi.waitFor(() => expect(toast.error).toHaveBeenCalled())
  expect(ids(all)).toEqual(['fresh*', 'system*', 'read'])
  expect(toast.undo).not.toHaveBeenCalled()
})

it('all of a view are read, of others none; without all their ids there is no undo', async () => {
  server.mockImplementation(async (r) =>
    r.url.endsWith('/read-all') ? json(200, { changed: 300, ids: ['fresh'] }) : json(200, { unread: 1, mentions: 0 }),
  )
  vi.spyOn(toast, 'success')
  await actionsOf(qc).readAll({ filter: 'inbox', category: 'mentions' }, '2026-03-11T00:00:00Z')
  expect(await server.mock.calls[0]![0].json()).toEqual({ category: 'mentions', upTo: '2026-03-11T00:00:00Z' })
  expect(ids(all)).toEqual(['fresh', 'system*', 'read'])
  expect(toast.undo).not.toHaveBeenCalled()
  expect(toast.success).toHaveBeenCalled()
})
