import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { LiveEvent } from '@/shared/live/effects'
import { tellNews } from '@/shared/live/news'
import { toast } from '@/shared/ui/toast'
import { json, mockServer } from '@/test/app'
import { COUNT_KEY } from './count'
import { aNotification } from './fixtures'
import { watchNotifications } from './watch'

const page = { path: '/', open: false, go: () => {} }
const opened = vi.fn()
let stop = () => {}
let qc: QueryClient
let server: ReturnType<typeof mockServer>
const news = (id: string, change: { category?: string; occurredAt?: string } = {}): LiveEvent => ({
  seq: 1,
  type: 'notification.created',
  occurredAt: change.occurredAt ?? new Date().toISOString(),
  cause: { requestId: 'x' },
  subject: { kind: 'notification', ids: [id], count: 1 },
  data: { userId: 'u1', kind: 'mention', category: change.category ?? 'mentions' },
})
const mentions = ['n1', 'n2'].map((id) => aNotification({ id, subject: { kind: 'deal', id: `of-${id}`, name: id } }))
const after = (ms: number) => vi.advanceTimersByTimeAsync(ms)

beforeEach(() => {
  vi.useFakeTimers()
  Object.assign(page, { path: '/', open: false })
  qc = new QueryClient()
  server = mockServer()
  server.mockImplementation(async (r) =>
    r.method === 'GET'
      ? json(200, { items: mentions, page: { limit: 50, nextCursor: null } })
      : json(200, { changed: 1 }),
  )
  vi.spyOn(toast, 'add').mockReturnValue('t1')
  vi.spyOn(toast, 'close').mockReturnValue()
  stop = watchNotifications(qc, {
    path: () => page.path,
    isOpen: () => page.open,
    open: opened,
    openAll: () => {},
    onPath: (tell) => {
      page.go = tell
      return () => {}
    },
  })
})
afterEach(() => {
  stop()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

it('says a mention, which leads to it', async () => {
  tellNews(news('n1'))
  await after(1500)
  expect(toast.add).toHaveBeenCalledOnce()
  const said = vi.mocked(toast.add).mock.calls[0]![0]
  expect(said).toMatchObject({ title: 'Anna mentioned you in a note', description: 'n1' })
  said.action?.onClick()
  expect(opened).toHaveBeenCalledWith(mentions[0])
})
it('several are one message', async () => {
  tellNews(news('n1'))
  await after(300)
  tellNews(news('n2'))
  await after(1500)
  expect(toast.add).toHaveBeenCalledOnce()
})
it.each([
  ['of another category', () => news('n1', { category: 'system' })],
  ['that were missed a while ago', () => news('n1', { occurredAt: '2020-01-01T00:00:00Z' })],
])('says nothing of those %s', async (_, event) => {
  tellNews(event())
  await after(1500)
  expect(toast.add).not.toHaveBeenCalled()
})
it.each([
  ['the panel is open', () => Object.assign(page, { open: true })],
  ['its page is open', () => Object.assign(page, { path: '/notifications' })],
  ['the record is on screen', () => Object.assign(page, { path: '/deals/of-n1' })],
])('says nothing when %s', async (_, begin) => {
  begin()
  tellNews(news('n1'))
  await after(1500)
  expect(toast.add).not.toHaveBeenCalled()
})
it('what is about the record on screen is read, the rest is not', async () => {
  qc.setQueryData(COUNT_KEY, { unread: 2, mentions: 2 })
  page.path = '/deals/of-n2'
  page.go()
  await after(2500)
  const posts = server.mock.calls.map(([r]) => r).filter((r) => r.method === 'POST')
  expect(posts).toHaveLength(1)
  expect(await posts[0]?.json()).toEqual({ ids: ['n2'], read: true })
})
it('asks nothing while nothing is unread', async () => {
  qc.setQueryData(COUNT_KEY, { unread: 0, mentions: 0 })
  page.path = '/deals/of-n2'
  page.go()
  await after(2500)
  expect(server).not.toHaveBeenCalled()
})
