import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { aSession, json, mockProviders, mockServer, renderApp } from '@/test/app'
import { CameBackPage } from './came-back-page'
import FederatedButtons from './federated-buttons'

vi.setConfig({ testTimeout: 20_000 })
const wait = { timeout: 10_000 }
const refusal = (status: number, code: string) =>
  json(status, { error: `Said: ${code}`, code, requestId: 'r', details: [] })
function serve(answers: Record<string, () => Response>) {
  const server = mockServer()
  server.mockImplementation((r) => Promise.resolve(answers[new URL(r.url).pathname]?.() ?? refusal(404, 'none')))
  return server
}
const comeBack = (path: string) => renderApp(<CameBackPage provider="oidc" />, null, path)

beforeEach(() => {
  sessionStorage.clear()
  localStorage.clear()
  mockProviders({ id: 'oidc', name: 'Example ID' }, { id: 'telegram', name: 'Telegram' })
})
afterEach(() => mockProviders())

it('offers a button for each service, and says when one does not answer', async () => {
  serve({ '/api/auth/oauth/oidc/start': () => refusal(503, 'federated.provider') })
  await renderApp(<FederatedButtons />, null)
  expect(await screen.findByRole('button', { name: 'Continue with Telegram' })).toBeInTheDocument()
  const button = screen.getByRole('button', { name: 'Continue with Example ID' })
  await userEvent.click(button)
  expect(await screen.findByText('Said: federated.provider')).toBeInTheDocument()
  expect(button).toBeEnabled()
})

it('an invitation cannot be accepted through a service that tells no address', async () => {
  serve({})
  await renderApp(<FederatedButtons invitation="tok" />, null)
  expect(await screen.findByRole('button', { name: 'Continue with Example ID' })).toBeInTheDocument()
  expect(screen.queryByRole('button', { name: 'Continue with Telegram' })).toBeNull()
})

it('who comes back is signed in, and goes where they wanted', async () => {
  sessionStorage.setItem('rapport.roundTrip', JSON.stringify({ next: '/contacts' }))
  const server = serve({
    '/api/auth/oauth/oidc/finish': () => json(200, {}),
    '/api/auth/session': () => json(200, aSession()),
  })
  const { router } = await comeBack('/auth/oidc?state=in.1&code=007')
  await waitFor(() => expect(router.state.location.pathname).toBe('/contacts'), wait)
  expect(await server.mock.calls[0]?.[0].json()).toEqual({ state: 'in.1', code: '007' })
})

it('a second factor is asked for as after a password', async () => {
  const challenge = { token: 'chal', methods: ['totp'], expiresAt: '2027-01-01T00:00:00Z' }
  serve({ '/api/auth/oauth/oidc/finish': () => json(200, { challenge }) })
  await comeBack('/auth/oidc?state=in.1&code=a')
  expect(await screen.findByRole('textbox', { name: 'Six-digit code' }, wait)).toBeInTheDocument()
})

it('somebody new names their organization first', async () => {
  const registration = { token: 'reg', email: 'anna@orbit.example', name: 'Anna', expiresAt: '2027-01-01T00:00:00Z' }
  const server = serve({
    '/api/auth/oauth/oidc/finish': () => json(200, { registration }),
    '/api/auth/oauth/register': () => json(201, {}),
    '/api/auth/session': () => json(200, aSession()),
  })
  const { router } = await comeBack('/auth/oidc?state=in.1&code=a')
  const organization = await screen.findByRole('textbox', { name: 'Organization name' }, wait)
  await userEvent.clear(organization)
  await userEvent.type(organization, 'Orbit')
  await userEvent.click(screen.getByRole('button', { name: 'Create organization' }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/'), wait)
  const sent = server.mock.calls.map(([r]) => r).find((r) => r.url.endsWith('/register'))
  expect(await sent?.json()).toMatchObject({ token: 'reg', name: 'Anna', organizationName: 'Orbit' })
})

it('what failed is said with a way on', async () => {
  serve({ '/api/auth/oauth/oidc/finish': () => refusal(403, 'federated.unproved') })
  await comeBack('/auth/oidc?state=in.1&code=a')
  expect(await screen.findByText('Said: federated.unproved', {}, wait)).toBeInTheDocument()
  expect(screen.getByRole('link', { name: 'Reset the password' })).toBeInTheDocument()
  expect(screen.getByRole('link', { name: 'Back to sign-in' })).toHaveAttribute('href', '/signin')
})

it('whoever comes from nowhere is told so', async () => {
  const server = serve({})
  await comeBack('/auth/oidc')
  expect(await screen.findByText(/Nothing was brought along/)).toBeInTheDocument()
  expect(server).not.toHaveBeenCalled()
})

it('an account is linked in the session that began it, and the settings show it', async () => {
  const server = serve({ '/api/auth/link/oidc/finish': () => json(200, { items: [], hasPassword: true }) })
  const { router } = await comeBack('/auth/oidc?state=link.1&code=a')
  await waitFor(() => expect(router.state.location.pathname).toBe('/settings/security'), wait)
  expect(server).toHaveBeenCalledTimes(1)
})
