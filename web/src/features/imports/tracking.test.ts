import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { client } from '@/api/gen/client.gen'
import type { Import } from '@/api/gen/types.gen'
import { setupApiClient } from '@/shared/api/client'
import { toast } from '@/shared/ui/toast'
import { anImport } from './fixtures'
import { ending, follow, progress, resume, revertShare, useTracked } from './tracking'

const answers: Import[] = []
const qc = new QueryClient({ defaultOptions: { queries: { retry: false } } })
beforeEach(() => {
  setupApiClient({ language: () => 'en', onUnauthenticated: () => {} })
  client.setConfig({
    fetch: async () => {
      const body = answers.length > 1 ? answers.shift() : answers[0]
      return new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } })
    },
  })
  vi.spyOn(toast, 'add').mockReturnValue('t1')
  vi.spyOn(toast, 'update').mockReturnValue()
  vi.spyOn(toast, 'close').mockReturnValue()
})
afterEach(() => {
  vi.restoreAllMocks()
  qc.clear()
  history.replaceState(null, '', '/')
})
const counts = { rows: 6, created: 5, updated: 0, skipped: 0, failed: 1, companiesCreated: 0 }
const at = (id: string, rest: Partial<Import>) => anImport({ id, counts, ...rest })

it('shows progress on other pages and then the end, brings lists up to date, and forgets the import', async () => {
  const stale = vi.spyOn(qc, 'invalidateQueries')
  answers.splice(0, 9, at('a', { status: 'running', progress: 0.4 }), at('a', { status: 'completed' }))
  const open = vi.fn()
  follow(qc, 'a', open)
  await vi.waitFor(() => expect(toast.add).toHaveBeenCalledWith(expect.objectContaining({ progress: 0.4 })))
  await vi.waitFor(
    () =>
      expect(toast.update).toHaveBeenCalledWith(
        't1',
        expect.objectContaining({ type: 'success', title: 'people.csv is imported' }),
      ),
    { timeout: 3000 },
  )
  expect(stale).toHaveBeenCalled()
  expect(sessionStorage.getItem('rapport.imports.running')).toContain('"ids":[]')
})
it('keeps quiet on the page of the import itself', async () => {
  history.replaceState(null, '', '/import/b')
  answers.splice(0, 9, at('b', { status: 'running' }), at('b', { status: 'completed' }))
  follow(qc, 'b', () => {})
  await vi.waitFor(() => expect(sessionStorage.getItem('rapport.imports.running')).toContain('"ids":[]'), {
    timeout: 3000,
  })
  expect(toast.add).not.toHaveBeenCalled()
})
it('goes on after a reload', async () => {
  sessionStorage.setItem('rapport.imports.running', '{"state":{"ids":["c"]},"version":1}')
  await useTracked.persist.rehydrate()
  answers.splice(0, 9, at('c', { status: 'completed' }))
  await resume(qc, () => {})
  await vi.waitFor(() => expect(sessionStorage.getItem('rapport.imports.running')).toContain('"ids":[]'))
})
it('says how it ended', () => {
  expect(ending(at('d', { status: 'completed' }), () => {})).toMatchObject({
    type: 'success',
    description: '5 created, 0 updated, 1 failed',
  })
  expect(ending(at('d', { status: 'failed' }), () => {}).type).toBe('error')
  expect(progress(at('d', { status: 'reverting', revert: { reverted: 2, conflicts: 1 } }), () => {}).progress).toBe(0.6)
  expect(revertShare(anImport())).toBe(0)
})
