import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import type { NextDigest, NotificationPreferences } from '@/api/gen/types.gen'
import { json, mockServer, renderApp } from '@/test/app'
import { DigestSection } from './digest-section'
import type { Save } from './preferences-page'

vi.setConfig({ testTimeout: 20_000 })
const wait = { timeout: 10_000 }

const preferences = (change: Partial<NotificationPreferences> = {}): NotificationPreferences => ({
  kinds: [],
  quietHours: { enabled: false, from: '22:00', to: '08:00', weekends: false },
  digestTimes: ['09:00'],
  digestDays: ['monday', 'friday'],
  channels: {
    email: { available: true, address: 'anna@example.com' },
    telegram: { available: false, address: null },
    push: { available: false },
  },
  ...change,
})
const digest = (change: Partial<NextDigest> = {}): NextDigest => ({
  nextAt: '2026-11-27T09:00:00Z',
  lastAt: null,
  count: 0,
  groups: [],
  more: 0,
  ...change,
})
const full = digest({
  count: 42,
  more: 12,
  groups: [
    { title: 'Pilot', link: '/deals/1', count: 2, lines: ['Mary won a deal of yours', 'Mary mentioned you in a note'] },
    { title: 'The import is complete', link: '/notifications', count: 1, lines: [] },
  ],
})
/** What the section asks to be saved. */
function saved(now: NotificationPreferences) {
  const changes: NotificationPreferences[] = []
  const save: Save = (change) => void changes.push(change(now))
  return { changes, save }
}

it('shows what the next digest would say, and sends it at once', async () => {
  const server = mockServer()
  let sent = false
  server.mockImplementation((r) => {
    if (r.method === 'POST') sent = true
    return Promise.resolve(r.method === 'POST' ? json(202) : json(200, sent ? digest() : full))
  })
  const now = preferences()
  await renderApp(<DigestSection preferences={now} save={saved(now).save} />)
  const preview = within(await screen.findByRole('list', { name: 'What it would say now' }, wait))
  expect(preview.getAllByRole('listitem').map((item) => item.textContent)).toEqual([
    'Pilot · 2Mary won a deal of yoursMary mentioned you in a note',
    'The import is complete',
    'and 12 more',
  ])
  expect(screen.getByText(/^42 notifications, on Nov 27, 2026/)).toBeInTheDocument()
  await userEvent.click(screen.getByRole('button', { name: 'Send it now' }))
  expect(await screen.findByText(/^Nothing waits/, {}, wait)).toBeInTheDocument()
  const posted = server.mock.calls.map(([r]) => r).filter((r) => r.method === 'POST')
  expect(posted.map((r) => new URL(r.url).pathname)).toEqual(['/api/v1/notifications/digest/send'])
  await waitFor(() => expect(screen.getByRole('button', { name: 'Send it now' })).toBeDisabled(), wait)
})

it('is switched off and on, and keeps one day at least', async () => {
  mockServer().mockImplementation(() => Promise.resolve(json(200, digest())))
  const now = preferences({ digestDays: ['friday'] })
  const { changes, save } = saved(now)
  await renderApp(<DigestSection preferences={now} save={save} />)
  const friday = await screen.findByRole('checkbox', { name: 'Friday' }, wait)
  expect(friday).toBeChecked()
  expect(friday).toBeDisabled()
  await userEvent.click(screen.getByRole('checkbox', { name: 'Monday' }))
  expect(changes.at(-1)?.digestDays).toEqual(['monday', 'friday'])
  await userEvent.click(screen.getByRole('button', { name: 'Add a time' }))
  expect(changes.at(-1)?.digestTimes).toEqual(['09:00', '13:00'])
  await userEvent.click(screen.getByRole('switch', { name: 'Send me digests' }))
  expect(changes.at(-1)?.digestTimes).toEqual([])
})

it('shows no times while there are no digests', async () => {
  mockServer().mockImplementation(() => Promise.resolve(json(200, digest({ nextAt: null }))))
  const now = preferences({ digestTimes: [] })
  const { changes, save } = saved(now)
  await renderApp(<DigestSection preferences={now} save={save} />)
  expect(await screen.findByText('No digest comes while they are switched off.', {}, wait)).toBeInTheDocument()
  expect(screen.queryByRole('checkbox')).toBeNull()
  await userEvent.click(screen.getByRole('switch', { name: 'Send me digests' }))
  expect(changes.at(-1)?.digestTimes).toEqual(['09:00'])
})

it('says which address has yet to be confirmed, and asks the server nothing', async () => {
  const server = mockServer()
  const channels = { ...preferences().channels, email: { available: false, address: 'anna@example.com' } }
  const now = preferences({ channels })
  await renderApp(<DigestSection preferences={now} save={saved(now).save} />)
  expect(await screen.findByText(/^anna@example.com is not confirmed yet/, {}, wait)).toBeInTheDocument()
  expect(screen.queryByRole('button', { name: 'Send it now' })).toBeNull()
  expect(server).not.toHaveBeenCalled()
})
