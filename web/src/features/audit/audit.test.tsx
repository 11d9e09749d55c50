import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, it, vi } from 'vitest'
import { aSession, json, mockServer, renderApp } from '@/test/app'
import type { AuditLine } from './api'
import { AuditPage } from './audit-page'

vi.setConfig({ testTimeout: 20_000 })
const wait = { timeout: 10_000 } // the drawer is a chunk of its own
const line = (number: number, change: Partial<AuditLine> = {}): AuditLine => ({
  number,
  at: '2026-11-01T12:00:00Z',
  actor: { kind: 'user', id: 'u1', name: 'Anna Petrova' },
  action: 'deal.stage.changed',
  subject: { kind: 'deal', ids: ['d1'], count: 1 },
  changes: [{ field: 'stage', before: 'Lead', after: null }],
  ip: '203.0.113.7',
  device: 'Firefox on Linux',
  requestId: 'req1',
  hash: 'abc',
  ...change,
})
const LINES = [
  line(2),
  line(1, { actor: { kind: 'api_key', id: 'k1', name: 'Site' }, action: 'contact.created', changes: [] }),
]
const reader = aSession({ permissions: ['audit.read', 'audit.export'] })

// jsdom measures nothing: every row is in sight.
vi.mock('@tanstack/react-virtual', () => ({
  useVirtualizer: ({ count }: { count: number }) => ({
    getTotalSize: () => count * 56,
    getVirtualItems: () => Array.from({ length: count }, (_, index) => ({ index, start: index * 56 })),
  }),
}))
function Page() {
  const [search, onSearch] = useState<Record<string, unknown>>({})
  return <AuditPage search={search} onSearch={onSearch} />
}
async function open(who = reader, verdict: object = {}) {
  const server = mockServer()
  server.mockImplementation((r) =>
    Promise.resolve(
      json(
        200,
        r.url.includes('/verify')
          ? verdict
          : {
              items: r.url.includes('subject') ? [LINES[0]] : LINES,
              page: { limit: 100, nextCursor: null, page: null, total: 2 },
            },
      ),
    ),
  )
  await renderApp(<Page />, who)
  return server
}

it('says in words who did what, and shows before and after', async () => {
  const server = await open()
  expect(await screen.findByRole('button', { name: /Contact: created.*Key Site/ }, wait)).toBeInTheDocument()
  await userEvent.click(screen.getByRole('button', { name: /Deal: moved to a stage/ }))
  const drawer = await screen.findByRole('dialog', { name: 'Deal: moved to a stage' }, wait)
  expect(within(drawer).getByText('Lead')).toBeInTheDocument()
  expect(within(drawer).getByText('empty')).toBeInTheDocument()
  await userEvent.click(within(drawer).getByRole('button', { name: 'All of this record' }))
  await waitFor(() => expect(server.mock.calls.at(-1)?.[0].url).toContain('subject=d1'))
  await userEvent.click(await screen.findByRole('button', { name: 'Clear the filter' }, wait))
  expect(await screen.findByRole('button', { name: /Contact: created/ })).toBeInTheDocument()
})

it.each([
  [{ lines: 2, intact: true, brokenAt: null, missing: 0, head: 'ff' }, 'status', 'Nothing was tampered with'],
  [{ lines: 2, intact: false, brokenAt: 2, missing: 0, head: 'ff' }, 'alert', 'From line 2 on'],
  [{ lines: 2, intact: false, brokenAt: null, missing: 1, head: 'ff' }, 'alert', 'The log is not whole'],
])('says what verifying came to', async (verdict, role, text) => {
  await open(reader, verdict)
  await userEvent.click(await screen.findByRole('button', { name: 'Verify' }, wait))
  expect(await screen.findByRole(role, { name: '' })).toHaveTextContent(text)
})

it('who may not read it all sees their own lines, and is told so', async () => {
  await open(aSession({ permissions: [] }))
  expect(await screen.findByText(/You see what you did yourself/, {}, wait)).toBeInTheDocument()
  expect(screen.queryByRole('button', { name: 'Verify' })).toBeNull()
  expect(screen.queryByRole('button', { name: 'Export' })).toBeNull()
})
