import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { edits, enter, lineIsDown, lineIsUp } from './presence'

const ask = vi.fn(async (_what: string, _data: object): Promise<unknown> => ({ ok: true, people: [] }))
const after = (ms: number) => vi.advanceTimersByTimeAsync(ms)
let leave: (() => void)[] = []
const come = (room: 'deal:d1' | 'deal:d2') => {
  const go = enter(room)
  leave.push(go)
  return go
}
beforeEach(() => {
  vi.useFakeTimers()
  ask.mockClear()
  lineIsUp(ask)
})
afterEach(async () => {
  for (const go of leave) go()
  leave = []
  await after(5000)
  lineIsDown()
  vi.useRealTimers()
})

it('says where one is after a moment, and that one has left', async () => {
  const go = come('deal:d1')
  leave = []
  expect(ask).not.toHaveBeenCalled()
  await after(500)
  expect(ask.mock.calls).toEqual([['present', { room: 'deal:d1', editing: false }]])
  go()
  await after(500)
  expect(ask).toHaveBeenLastCalledWith('absent', { room: 'deal:d1' })
})

it('says nothing of what one only passes by', async () => {
  const go = come('deal:d1')
  leave = []
  go()
  come('deal:d2')
  await after(500)
  expect(ask.mock.calls).toEqual([['present', { room: 'deal:d2', editing: false }]])
})

it('the panel becomes the page: one has never left', async () => {
  const panel = come('deal:d1')
  leave = []
  await after(500)
  panel()
  come('deal:d1')
  await after(2000)
  expect(ask).toHaveBeenCalledTimes(1)
})

it('edits until it is put down for good', async () => {
  come('deal:d1')
  await after(500)
  edits('deal:d1', true)
  await after(500)
  expect(ask).toHaveBeenLastCalledWith('present', { room: 'deal:d1', editing: true })
  edits('deal:d1', false)
  await after(1000)
  edits('deal:d1', true) // the next field
  await after(3000)
  expect(ask).toHaveBeenCalledTimes(2)
  edits('deal:d1', false)
  await after(2000)
  expect(ask).toHaveBeenLastCalledWith('present', { room: 'deal:d1', editing: false })
})

it('says it again on a new connection, and after a refusal on the next', async () => {
  come('deal:d1')
  await after(500)
  lineIsUp(ask)
  await after(10)
  expect(ask).toHaveBeenCalledTimes(2)
  ask.mockRejectedValueOnce(new Error('no answer'))
  lineIsUp(ask)
  await after(10)
  lineIsUp(ask)
  await after(10)
  expect(ask).toHaveBeenCalledTimes(4)
})
