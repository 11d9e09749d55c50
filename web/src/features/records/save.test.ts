import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ApiError } from '@/shared/api/errors'
import { toast } from '@/shared/ui/toast'
import { api, keys } from './api'
import { findInPages, type Pages } from './cache'
import { useConflict } from './conflict'
import type { CrmRecord } from './fields'
import { type Change, redoLast, refusal, remove, save, undoLast } from './save'
import { contact, pagesOf } from './testing'

vi.mock('@/shared/ui/toast', () => ({
  toast: { add: vi.fn(), error: vi.fn(), success: vi.fn(), undo: vi.fn() },
  UNDO_MS: 1,
}))
const update = vi.spyOn(api, 'update')
const record = contact({ id: 'a' })
let qc: QueryClient
const inList = () => findInPages(qc.getQueryData<Pages>(keys.lists('contact')), 'a') as CrmRecord
const change = (show: Partial<CrmRecord>): Change => ({ field: 'jobTitle', body: { ...show }, show })
const refuse = (status: number, more: object = {}) =>
  new ApiError(status, { error: 'no', code: 'x', requestId: 'r', details: [], ...more })

beforeEach(() => {
  qc = new QueryClient()
  qc.setQueryData(keys.lists('contact'), pagesOf([record], [contact({ id: 'b' })]))
})
afterEach(() => {
  vi.clearAllMocks()
  useConflict.setState({ question: null })
})

it('shows a change at once and then what the server made of it', async () => {
  update.mockResolvedValueOnce({ ...record, jobTitle: 'CTO!', version: 4 })
  const saved = save(qc, 'contact', record, change({ jobTitle: 'CTO' }))
  expect(inList().jobTitle).toBe('CTO')
  await saved
  expect(update).toHaveBeenCalledWith('contact', 'a', { jobTitle: 'CTO', version: 3 })
  expect(inList()).toMatchObject({ jobTitle: 'CTO!', version: 4 })
})
it('sends changes of one record one after the other, each on the version before it made', async () => {
  update.mockImplementation((_k, _id, body) =>
    Promise.resolve({ ...inList(), ...body, version: Number(body['version']) + 1 }),
  )
  const first = save(qc, 'contact', record, change({ jobTitle: 'CTO' }))
  const second = save(qc, 'contact', record, { field: 'tags', body: { tags: ['x'] }, show: { tags: ['x'] } })
  expect(inList()).toMatchObject({ jobTitle: 'CTO', tags: ['x'] })
  await Promise.all([first, second])
  expect(update.mock.calls.map((c) => c[2]['version'])).toEqual([3, 4])
  expect(inList()).toMatchObject({ jobTitle: 'CTO', tags: ['x'], version: 5 })
})
it('takes back only the change that failed, and says so', async () => {
  update.mockRejectedValueOnce(refuse(500))
  update.mockImplementationOnce((_k, _id, body) => Promise.resolve({ ...record, ...body, version: 4 }))
  const failed = save(qc, 'contact', record, change({ jobTitle: 'CTO' }))
  const kept = save(qc, 'contact', record, { field: 'tags', body: { tags: ['x'] }, show: { tags: ['x'] } })
  await Promise.all([failed, kept])
  expect(inList()).toMatchObject({ jobTitle: 'CEO', tags: ['x'] })
  expect(toast.add).toHaveBeenCalledWith(
    expect.objectContaining({ type: 'error', title: 'Job title of Anna Petrova was not saved' }),
  )
})
it('hands a refused value back to its cell', async () => {
  const details = [{ field: 'emails[1]', code: 'x', message: 'Not an address' }]
  update.mockRejectedValueOnce(refuse(422, { details }))
  const refused = vi.fn()
  const show = { emails: ['a@b.co', 'oops'] }
  await save(qc, 'contact', record, { field: 'emails', body: show, show }, refused)
  expect(refused).toHaveBeenCalledWith('oops: Not an address', ['a@b.co', 'oops'])
  expect(inList().emails).toEqual(['anna@example.com'])
  expect(toast.add).not.toHaveBeenCalled()
})
it('sends again on top of a change of another field', async () => {
  const theirs = { ...record, tags: ['theirs'], version: 9 }
  update.mockRejectedValueOnce(refuse(409, { conflict: { current: theirs } }))
  update.mockImplementationOnce((_k, _id, body) => Promise.resolve({ ...theirs, ...body, version: 10 }))
  await save(qc, 'contact', record, change({ jobTitle: 'CTO' }))
  expect(update.mock.calls[1]?.[2]).toEqual({ jobTitle: 'CTO', version: 9 })
  expect(inList()).toMatchObject({ jobTitle: 'CTO', tags: ['theirs'], version: 10 })
  expect(useConflict.getState().question).toBeNull()
})
it('asks which value stays when both changed the same field', async () => {
  const theirs = { ...record, jobTitle: 'COO', version: 9 }
  update.mockRejectedValueOnce(refuse(409, { conflict: { current: theirs } }))
  await save(qc, 'contact', record, change({ jobTitle: 'CTO' }))
  expect(inList().jobTitle).toBe('COO')
  const { question } = useConflict.getState()
  expect(question?.clashes).toEqual([{ field: 'jobTitle', mine: 'CTO', theirs: 'COO' }])
  update.mockResolvedValueOnce({ ...theirs, jobTitle: 'CTO', version: 10 })
  question?.keepMine()
  await vi.waitFor(() => expect(inList()).toMatchObject({ jobTitle: 'CTO', version: 10 }))
})
it('Ctrl Z writes the former value back, and Ctrl Shift Z does it again, until something else is edited', async () => {
  update.mockImplementation((_k, _id, body) =>
    Promise.resolve({ ...inList(), ...body, version: Number(body['version']) + 1 }),
  )
  await save(qc, 'contact', record, change({ jobTitle: 'CTO' }))
  undoLast(qc)
  await vi.waitFor(() => expect(update).toHaveBeenLastCalledWith('contact', 'a', { jobTitle: 'CEO', version: 4 }))
  expect(inList().jobTitle).toBe('CEO')
  redoLast(qc)
  await vi.waitFor(() => expect(update).toHaveBeenLastCalledWith('contact', 'a', { jobTitle: 'CTO', version: 5 }))
  expect(inList().jobTitle).toBe('CTO')
  undoLast(qc)
  await vi.waitFor(() => expect(update).toHaveBeenLastCalledWith('contact', 'a', { jobTitle: 'CEO', version: 6 }))
  await save(qc, 'contact', record, change({ jobTitle: 'CFO' }))
  const { calls } = update.mock
  const before = calls.length
  redoLast(qc)
  expect(calls.length).toBe(before)
  expect(inList().jobTitle).toBe('CFO')
})
it('an edit is taken back before its answer has come', async () => {
  let answer = (_: CrmRecord) => {}
  update.mockImplementationOnce(() => new Promise((done) => (answer = done)))
  const saved = save(qc, 'contact', record, change({ jobTitle: 'CTO' }))
  await vi.waitFor(() => expect(update).toHaveBeenCalledOnce())
  update.mockResolvedValueOnce({ ...record, jobTitle: 'CEO', version: 5 })
  undoLast(qc)
  expect(inList().jobTitle).toBe('CEO')
  answer({ ...record, jobTitle: 'CTO', version: 4 })
  await saved
  expect(inList().jobTitle).toBe('CEO')
  await vi.waitFor(() => expect(update).toHaveBeenLastCalledWith('contact', 'a', { jobTitle: 'CEO', version: 4 }))
  await vi.waitFor(() => expect(inList()).toMatchObject({ jobTitle: 'CEO', version: 5 }))
})
it('an edit that was refused is not taken back in place of the one before', async () => {
  update.mockImplementation((_k, _id, body) =>
    Promise.resolve({ ...inList(), ...body, version: Number(body['version']) + 1 }),
  )
  await save(qc, 'contact', record, change({ jobTitle: 'CTO' }))
  update.mockRejectedValueOnce(refuse(500))
  await save(qc, 'contact', record, { field: 'tags', body: { tags: ['x'] }, show: { tags: ['x'] } })
  undoLast(qc)
  await vi.waitFor(() => expect(update).toHaveBeenLastCalledWith('contact', 'a', { jobTitle: 'CEO', version: 4 }))
})
it('a deleted record leaves the list, and Undo puts it back where it was', async () => {
  const gone = vi.spyOn(api, 'remove').mockResolvedValue({} as never)
  const back = vi.spyOn(api, 'restore').mockResolvedValue(record)
  const done = remove(qc, 'contact', record)
  expect(inList()).toBeUndefined()
  await done
  expect(gone).toHaveBeenCalledWith('contact', 'a')
  vi.mocked(toast.undo).mock.calls[0]?.[1]()
  expect(inList()).toBeDefined()
  await vi.waitFor(() => expect(back).toHaveBeenCalledWith('contact', 'a'))
})
it('a record that could not be deleted comes back', async () => {
  vi.spyOn(api, 'remove').mockRejectedValueOnce(refuse(403))
  await remove(qc, 'contact', record)
  expect(inList()).toBeDefined()
  expect(toast.error).toHaveBeenCalledWith('Anna Petrova was not deleted', expect.any(ApiError))
})
it('a refusal without details says the server’s sentence', () => {
  expect(refusal(refuse(422), { field: 'name', show: {} })).toBe('no')
})
