import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { json, mockServer, renderApp } from '@/test/app'
import { SessionsSection } from './sessions-section'

const session = (id: string, userAgent: string, current = false) => ({
  id,
  kind: 'browser',
  current,
  userAgent,
  ip: '203.0.113.7',
  createdAt: '2026-01-01T00:00:00Z',
  lastSeenAt: '2026-01-02T00:00:00Z',
  expiresAt: '2027-01-01T00:00:00Z',
})
const wait = { timeout: 5000 } // the question and the toast are chunks of their own
const both = { items: [session('a', 'curl/8'), session('b', 'Mozilla/5.0 (X11; Linux) Firefox/143.0', true)] }

it('shows this device first and ends another one after a question; a failure brings it back', async () => {
  const server = mockServer()
  server.mockImplementation((r) =>
    Promise.resolve(
      r.method === 'DELETE'
        ? json(500, { error: 'No', code: 'internal', requestId: 'r', details: [] })
        : json(200, both),
    ),
  )
  await renderApp(<SessionsSection />)
  const rows = await screen.findAllByRole('listitem')
  expect(rows[0]).toHaveTextContent('Firefox on Linux')
  expect(rows[0]).toHaveTextContent('This device')
  await userEvent.click(within(rows[1]!).getByRole('button', { name: 'Sign out: curl' }))
  expect(server.mock.calls.some(([r]) => r.method === 'DELETE')).toBe(false)
  await userEvent.click(
    within(await screen.findByRole('alertdialog', {}, wait)).getByRole('button', { name: 'Sign out' }),
  )
  expect((await screen.findAllByText('The session was not ended', {}, wait))[0]).toBeInTheDocument()
  await waitFor(() => expect(screen.getByText('curl')).toBeInTheDocument())
})
