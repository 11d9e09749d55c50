import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { beforeEach, expect, it } from 'vitest'
import { ApiError } from '@/shared/api/errors'
import { forgetAll, recents, remember, watchRecents } from './recents'

beforeEach(() => localStorage.clear())
const r = (id: string) => ({ kind: 'contact' as const, id, name: `N${id}`, subtitle: null })

it('keeps the newest eight, each once, per organization', () => {
  for (const id of '123456789'.split('')) remember('o', r(id))
  remember('o', r('4'))
  expect(recents('o').map((x) => x.id)).toEqual(['4', '9', '8', '7', '6', '5', '3', '2'])
  expect(recents('other')).toEqual([])
  forgetAll()
  expect(recents('o')).toEqual([])
})
it('survives what others wrote into the storage', () => {
  localStorage.setItem('rapport.recent.o', '{"a":1}')
  expect(recents('o')).toEqual([])
  localStorage.setItem('rapport.recent.o', '[1,{"kind":"contact","id":"1","name":"A"}]')
  expect(recents('o').map((x) => x.id)).toEqual(['1'])
})
it('learns from records that are opened, and forgets those that are gone', async () => {
  const qc = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const stop = watchRecents(qc, () => 'o')
  const open = (id: string, queryFn: () => Promise<unknown>) =>
    new QueryObserver(qc, { queryKey: [{ _id: 'getContact', path: { id } }], queryFn }).subscribe(() => {})
  open('1', () => Promise.resolve({ id: '1', name: 'Anna', jobTitle: 'CEO', companyName: 'Acme' }))
  await new Promise((done) => setTimeout(done, 5))
  expect(recents('o')).toEqual([{ kind: 'contact', id: '1', name: 'Anna', subtitle: 'CEO · Acme' }])
  remember('o', r('2'))
  open('2', () => Promise.reject(new ApiError(404, {})))
  await new Promise((done) => setTimeout(done, 5))
  expect(recents('o').map((x) => x.id)).toEqual(['1'])
  const deal = { id: '3', title: 'Licence', company: null, contact: { name: 'Anna' } }
  new QueryObserver(qc, { queryKey: ['deal', '3'], queryFn: () => Promise.resolve(deal) }).subscribe(() => {})
  await new Promise((done) => setTimeout(done, 5))
  expect(recents('o')[0]).toEqual({ kind: 'deal', id: '3', name: 'Licence', subtitle: 'Anna' })
  stop()
})
