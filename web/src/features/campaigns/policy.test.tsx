import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { aSession, json, mockServer, renderApp } from '@/test/app'
import type { Policy, Suppression } from './policy-api'
import { PolicyPage } from './policy-page'
// Loaded with the page in a browser; here the first load takes longer than a test waits.
import './suppression-list'
import './zone-select'

const policy: Policy = {
  timeZone: 'UTC',
  quiet: { from: '21:00', to: '08:00' },
  perChannel: {},
  total: { day: 1, week: 3 },
  coolDownDays: 90,
  consentNeeded: [],
  optOutEverywhere: true,
  allowParallel: false,
  optOutWords: [],
}
const item: Suppression = {
  id: 'x1',
  channel: 'email',
  hint: 'a***@example.com',
  reason: 'opted_out',
  source: null,
  at: '2026-03-01T09:00:00Z',
}
const session = aSession({ permissions: ['campaigns.read', 'campaigns.start'] })
function serve(change: (method: string) => Response) {
  const sent: unknown[] = []
  mockServer().mockImplementation(async (r) => {
    if (r.method !== 'GET') {
      sent.push(r.method === 'PUT' ? await r.json() : r.method)
      return change(r.method)
    }
    return r.url.includes('suppressions')
      ? json(200, { items: [item], nextCursor: null })
      : json(200, { policy, version: 7 })
  })
  return sent
}

it('keeps what was changed of the policy, with the version it stands on', async () => {
  const sent = serve(() => json(200, { policy: { ...policy, quiet: null, total: { day: 2, week: 3 } }, version: 8 }))
  await renderApp(<PolicyPage />, session)
  const save = await screen.findByRole('button', { name: 'Save' })
  expect(save).toBeDisabled()
  await userEvent.click(screen.getByRole('checkbox', { name: /Quiet hours/ }))
  const day = screen.getByRole('spinbutton', { name: 'In a day' })
  await userEvent.clear(day)
  await userEvent.type(day, '2')
  await userEvent.click(save)
  await waitFor(() =>
    expect(sent).toEqual([{ policy: { ...policy, quiet: null, total: { day: 2, week: 3 } }, version: 7 }]),
  )
  await waitFor(() => expect(screen.getByRole('button', { name: 'Save' })).toBeDisabled())
})
it('takes an address off the list at once, and puts it back when that is refused', async () => {
  serve(() => json(403, { error: 'No', code: 'forbidden', requestId: 'r' }))
  await renderApp(<PolicyPage />, session)
  await userEvent.click(await screen.findByRole('button', { name: /Take a\*\*\*@example.com off/ }))
  expect(await screen.findByText('a***@example.com')).toBeVisible()
})
it('shows it to those who may only look, and lets them change nothing', async () => {
  serve(() => json(500))
  await renderApp(<PolicyPage />, aSession({ permissions: ['campaigns.read'] }))
  expect(await screen.findByRole('spinbutton', { name: 'In a day' })).toBeDisabled()
  expect(screen.queryByRole('button', { name: 'Save' })).toBeNull()
  expect(screen.queryByRole('button', { name: 'Add to the list' })).toBeNull()
})
