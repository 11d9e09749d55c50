import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Identities } from '@/shared/session/federated'
import { json, mockProviders, mockServer, renderApp } from '@/test/app'
import IdentitiesSection from './identities-section'

vi.setConfig({ testTimeout: 20_000 })
const wait = { timeout: 10_000 }
const account = (id: string, providerName: string | null = 'Example ID') => ({
  id,
  provider: 'oidc' as const,
  providerName,
  email: 'anna@example.com',
  label: 'anna',
  createdAt: '2026-01-01T00:00:00Z',
  lastUsedAt: '2026-01-02T00:00:00Z',
})
function serve(items: Identities['items'], write: (r: Request) => Response) {
  const server = mockServer()
  server.mockImplementation((r) =>
    Promise.resolve(r.method === 'GET' ? json(200, { items, hasPassword: true }) : write(r)),
  )
  return server
}
beforeEach(() => {
  localStorage.clear()
  mockProviders({ id: 'oidc', name: 'Example ID' })
})
afterEach(() => mockProviders())

it('shows nothing where nothing is offered and nothing is linked', async () => {
  mockProviders()
  const server = serve([], () => json(500))
  await renderApp(<IdentitiesSection />)
  await waitFor(() => expect(server).toHaveBeenCalled())
  expect(screen.queryByText('Sign-in through others')).toBeNull()
})

it('the last way in is back, and the reason is said', async () => {
  const refused = { error: 'This is your last way', code: 'federated.last_way', requestId: 'r', details: [] }
  serve([account('a')], () => json(409, refused))
  await renderApp(<IdentitiesSection />)
  await userEvent.click(await screen.findByRole('button', { name: 'Remove: Example ID' }, wait))
  const question = await screen.findByRole('alertdialog', {}, wait)
  await userEvent.click(within(question).getByRole('button', { name: 'Remove' }))
  await screen.findAllByText('This is your last way', {}, wait)
  expect(await screen.findByRole('button', { name: 'Remove: Example ID' })).toBeInTheDocument()
})

it('an account that is not offered any more can still be removed', async () => {
  mockProviders()
  serve([account('a', null)], () => json(204))
  await renderApp(<IdentitiesSection />)
  expect(await screen.findByText(/Not offered here any more/, {}, wait)).toBeInTheDocument()
  expect(screen.getByRole('button', { name: 'Remove: OpenID' })).toBeInTheDocument()
})
