import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { begin, end, isOwn } from '@/shared/api/writes'
import { json, mockServer } from '@/test/app'
import { hold } from './hold'
import { createRefresher, type Refresher } from './refresher'

let qc: QueryClient
let refresher: Refresher
const stops: (() => void)[] = []
beforeEach(() => {
  vi.useFakeTimers()
  qc = new QueryClient({ defaultOptions: { queries: { staleTime: 60_000, retry: false } } })
  refresher = createRefresher(qc)
})
afterEach(() => {
  refresher.stop()
  for (const stop of stops.splice(0)) stop()
  qc.clear()
  vi.useRealTimers()
})
/** A query on screen; counts how often it is read. */
async function shown(key: unknown[], answer: () => Promise<unknown> = async () => 0) {
  const read = vi.fn(answer)
  stops.push(new QueryObserver(qc, { queryKey: key, queryFn: read }).subscribe(() => {}))
  await vi.advanceTimersByTimeAsync(10)
  read.mockClear()
  return read
}
const after = (ms: number) => vi.advanceTimersByTimeAsync(ms)
const deals = [{ queries: 'deals', ids: null }]
const write = () => new Request('http://localhost/api', { method: 'POST' })

it('gathers what comes together into one read', async () => {
  const read = await shown(['deals', {}])
  for (let i = 0; i < 50; i++) refresher.add(deals)
  expect(read).not.toHaveBeenCalled()
  await after(150)
  expect(read).toHaveBeenCalledTimes(1)
})

it('reads at most once a second, and after the last event once more', async () => {
  const read = await shown(['deals', {}])
  for (let i = 0; i < 100; i++) {
    refresher.add(deals)
    await after(50)
  }
  const during = read.mock.calls.length
  expect(during).toBeGreaterThanOrEqual(4)
  expect(during).toBeLessThanOrEqual(6)
  await after(2000)
  expect(read.mock.calls.length).toBeGreaterThan(during - 1)
  expect(refresher.isIdle()).toBe(true)
})

it('the last event of a storm is read', async () => {
  let server = 0
  await shown(['deals', {}], async () => server)
  for (server = 1; server <= 40; server++) {
    refresher.add(deals)
    await after(30)
  }
  await after(1200)
  expect(qc.getQueryData(['deals', {}])).toBe(41)
})

it('reads the records that changed, and no others', async () => {
  const [one, other] = [await shown(['deal', 'd1']), await shown(['deal', 'd2'])]
  refresher.add([{ queries: 'deal', ids: ['d1'] }])
  await after(200)
  expect(one).toHaveBeenCalledTimes(1)
  expect(other).not.toHaveBeenCalled()
})

it('what is not on screen is only marked', async () => {
  qc.setQueryData(['deals', {}], 1)
  refresher.add(deals)
  await after(200)
  expect(qc.getQueryState(['deals', {}])).toMatchObject({ isInvalidated: true, fetchStatus: 'idle' })
})

it('waits while this tab writes', async () => {
  const read = await shown(['deals', {}])
  const request = write()
  begin(request)
  refresher.add(deals)
  await after(1000)
  expect(read).not.toHaveBeenCalled()
  end(request)
  await after(300)
  expect(read).toHaveBeenCalledTimes(1)
})

it('a write that never ends does not stop it for good', async () => {
  const read = await shown(['deals', {}])
  const request = write()
  begin(request)
  refresher.add(deals)
  await after(6000)
  expect(read).toHaveBeenCalledTimes(1)
  end(request)
})

it('waits while a card is carried, and takes back what was on its way', async () => {
  let answers = 0
  await shown(['board', 'p1', {}], () => new Promise((r) => setTimeout(() => r(++answers), 300)))
  await after(400)
  refresher.add([{ queries: 'board', ids: null }])
  await after(200)
  const letGo = hold('deals')
  await after(3000)
  expect(qc.getQueryData(['board', 'p1', {}])).toBe(1)
  letGo()
  await after(1000)
  expect(qc.getQueryData(['board', 'p1', {}])).toBeGreaterThan(1)
})

it('what is being read is read again, because it may be older than the event', async () => {
  const read = await shown(['deals', {}], () => new Promise((r) => setTimeout(() => r(0), 500)))
  await after(600)
  void qc.invalidateQueries({ queryKey: ['deals'] })
  refresher.add(deals)
  await after(300)
  expect(read).toHaveBeenCalledTimes(1)
  await after(600)
  expect(read).toHaveBeenCalledTimes(2)
})

it('of a long list only the rows that changed are read, and those that are gone leave', async () => {
  const server = mockServer()
  server.mockImplementation(async (r) =>
    r.url.endsWith('/b') ? json(200, { id: 'b', title: 'new' }) : json(404, { code: 'not_found' }),
  )
  const page = (id: string) => ({ items: [{ id, title: 'old' }] })
  qc.setQueryData(['deals', {}], { pages: ['a', 'b', 'c', 'd'].map(page), pageParams: [] })
  const read = await shown(['deals', {}])
  refresher.add([{ queries: 'deals', ids: ['b', 'c', 'zz'] }])
  await after(300)
  expect(read).not.toHaveBeenCalled()
  expect(server).toHaveBeenCalledTimes(2)
  const { pages } = qc.getQueryData<{ pages: { items: unknown[] }[] }>(['deals', {}]) ?? { pages: [] }
  expect(pages.flatMap((p) => p.items)).toEqual([
    { id: 'a', title: 'old' },
    { id: 'b', title: 'new' },
    { id: 'd', title: 'old' },
  ])
  // Where they stand is not known: the list is read when it is opened next.
  expect(qc.getQueryState(['deals', {}])?.isInvalidated).toBe(true)
})

it('knows its own writes by their ids', () => {
  const request = write()
  begin(request)
  end(request)
  const id = request.headers.get('X-Request-Id') ?? ''
  expect(id).toMatch(/^[\w-]{8,64}$/)
  expect(isOwn(id)).toBe(true)
  expect(isOwn('web-0000000000000000-1')).toBe(false)
  expect(isOwn('')).toBe(false)
})
