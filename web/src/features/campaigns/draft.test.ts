import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ApiError } from '@/shared/api/errors'
import { createDraft, type Port } from './draft'
import { aCampaign, aMessage } from './fixtures'
import type { Campaign, CampaignPatch, StepInput } from './types'

let server: Campaign
let sent: object[]
let answer: (body: object) => Promise<void>
let port: Port
const lost = vi.fn<Port['lost']>()
const after = (ms = 1000) => vi.advanceTimersByTimeAsync(ms)
const refused = (status: number, code = 'x', details: { field: string; code: string; message: string }[] = []) =>
  new ApiError(status, { error: 'no', code, details })

beforeEach(() => {
  vi.useFakeTimers()
  lost.mockClear()
  server = aCampaign()
  sent = []
  answer = async () => {}
  const write = async (body: object, change: Partial<Campaign>) => {
    sent.push(body)
    await answer(body)
    return { ...server, ...change, version: server.version + 1 }
  }
  port = {
    read: () => server,
    put: (c) => {
      server = c
    },
    patch: (body: CampaignPatch & { version: number }) => {
      const { version: _, ...change } = body
      return write(body, change)
    },
    steps: (steps: readonly StepInput[], version: number) =>
      write(
        { steps: steps.map((s) => s.id), version },
        {
          steps: steps.map((s, place) => ({ ...s, place, retired: false, held: false })),
        },
      ),
    reread: async () => {},
    lost,
  }
})
afterEach(() => vi.useRealTimers())

it('keeps what is typed in one write, once one pauses', async () => {
  const draft = createDraft(port)
  draft.change({ name: 'S' })
  await after(300)
  draft.change({ name: 'Summer' })
  expect(draft.store.getState()).toMatchObject({ overlay: { name: 'Summer' }, status: 'waiting' })
  await after()
  expect(sent).toEqual([{ name: 'Summer', version: 1 }])
  expect(draft.store.getState()).toMatchObject({ overlay: {}, status: 'saved' })
  expect(server.name).toBe('Summer')
})
it('sends one write after the other, each with the version that the last one made', async () => {
  const draft = createDraft(port)
  draft.change({ accountIds: ['a2'], steps: [aMessage('x', 'Hi')] })
  await after()
  expect(sent).toEqual([
    { accountIds: ['a2'], version: 1 },
    { steps: ['x'], version: 2 },
  ])
})
it('shows what was changed while a write was under way', async () => {
  const draft = createDraft(port)
  let go = () => {}
  answer = () => new Promise((resolve) => (go = resolve))
  draft.change({ name: 'One' })
  await after()
  draft.change({ name: 'Two' })
  expect(draft.store.getState().overlay.name).toBe('Two')
  answer = async () => {}
  go()
  await after()
  expect(server.name).toBe('Two')
  expect(sent).toHaveLength(2)
})
it('holds what is half done, and sends the rest', async () => {
  const draft = createDraft(port)
  draft.change({ steps: [aMessage('x', '')], accountIds: ['a9'] })
  expect(await draft.flush()).toBe(false)
  expect(sent).toEqual([{ accountIds: ['a9'], version: 1 }])
  expect(draft.store.getState().status).toBe('held')
  draft.change({ steps: [aMessage('x', 'Now')] })
  expect(await draft.flush()).toBe(true)
  expect(server.steps.map((s) => s.id)).toEqual(['x'])
})
it('keeps on screen what the server refuses, and says why', async () => {
  const draft = createDraft(port)
  answer = () => Promise.reject(refused(422, 'validation.failed', [{ field: 'name', code: 'x', message: 'Too long' }]))
  draft.change({ name: 'Long' })
  await after()
  expect(draft.store.getState()).toMatchObject({
    overlay: { name: 'Long' },
    status: 'refused',
    refused: { name: 'Too long' },
  })
  answer = async () => {}
  draft.change({ name: 'Short' })
  await after()
  expect(draft.store.getState()).toMatchObject({ overlay: {}, status: 'saved', refused: {} })
})
it('asks anew when somebody else was quicker, and keeps both changes', async () => {
  const draft = createDraft(port)
  port.reread = async () => {
    server = { ...server, accountIds: ['theirs'], version: 5 }
  }
  let first = true
  answer = async () => {
    if (first) {
      first = false
      throw refused(409, 'version.conflict')
    }
  }
  draft.change({ name: 'Mine' })
  await after()
  expect(server).toMatchObject({ name: 'Mine', accountIds: ['theirs'], version: 6 })
})
it('takes back what may not be changed', async () => {
  const draft = createDraft(port)
  answer = () => Promise.reject(refused(403))
  draft.change({ name: 'Mine' })
  await after()
  expect(draft.store.getState()).toMatchObject({ overlay: {}, status: 'saved' })
  expect(lost).toHaveBeenCalledOnce()
})
it('tries again when nobody answered', async () => {
  const draft = createDraft(port)
  answer = () => Promise.reject(refused(0))
  draft.change({ name: 'Later' })
  await after()
  expect(draft.store.getState()).toMatchObject({ overlay: { name: 'Later' }, status: 'failed' })
  answer = async () => {}
  await after(6000)
  expect(server.name).toBe('Later')
  expect(draft.store.getState().status).toBe('saved')
})
