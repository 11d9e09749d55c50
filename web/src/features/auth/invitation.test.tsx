import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, it, vi } from 'vitest'
import { aSession, json, mockServer, renderApp } from '@/test/app'
import { InvitationPage } from './invitation-page'

vi.setConfig({ testTimeout: 20_000 })
const wait = { timeout: 10_000 }
const offer = {
  organization: 'Orbit',
  email: 'anna@example.com',
  invitedBy: 'Boris Orlov',
  hasAccount: false,
  expiresAt: '2027-01-01T00:00:00Z',
}
const refusal = (status: number, code: string) =>
  json(status, { error: `Said: ${code}`, code, requestId: 'r', details: [] })
type Answer = (r: Request) => Response | Promise<Response>
function serve(answers: Record<string, Answer>) {
  const server = mockServer()
  server.mockImplementation((r) => {
    const own = answers[new URL(r.url).pathname]
    return Promise.resolve(own ? own(r) : refusal(404, 'none'))
  })
  return server
}
const asked = (server: ReturnType<typeof serve>, path: string) =>
  server.mock.calls.map(([r]) => r).filter((r) => new URL(r.url).pathname === path)
beforeEach(() => sessionStorage.clear())

it('somebody new chooses a name and a password, and is in', async () => {
  let sent: unknown
  serve({
    '/api/auth/invitation': () => json(200, offer),
    '/api/auth/invitation/accept': async (r) => {
      sent = await r.json()
      return json(200, {})
    },
    '/api/auth/session': () => json(200, aSession()),
  })
  const { router } = await renderApp(<InvitationPage />, null, '/auth/invitation#tok')
  expect(await screen.findByText(/Boris Orlov invites you/)).toBeInTheDocument()
  await userEvent.type(screen.getByRole('textbox', { name: 'Your name' }), 'Anna')
  await userEvent.type(screen.getByLabelText('Choose a password'), 'correct horse battery')
  await userEvent.click(screen.getByRole('button', { name: 'Create the account and join' }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/'), wait)
  expect(sent).toEqual({ token: 'tok', name: 'Anna', password: 'correct horse battery' })
  expect(sessionStorage.length).toBe(0)
})

it('who has an account signs in first, and the token does not travel in the address', async () => {
  serve({ '/api/auth/invitation': () => json(200, { ...offer, hasAccount: true }) })
  await renderApp(<InvitationPage />, null, '/auth/invitation#tok')
  const link = await screen.findByRole('link', { name: 'Sign in to accept' })
  expect(link.getAttribute('href')).toBe('/signin?next=%2Fauth%2Finvitation')
})

it('coming back from signing in, one press joins', async () => {
  sessionStorage.setItem('rapport.invitation', 'tok')
  const server = serve({
    '/api/auth/invitation': () => json(200, { ...offer, hasAccount: true, email: 'Anna@Example.com' }),
    '/api/auth/invitation/join': () => json(200, {}),
    '/api/auth/session': () => json(200, aSession()),
  })
  const { router } = await renderApp(<InvitationPage />, aSession(), '/auth/invitation')
  await userEvent.click(await screen.findByRole('button', { name: 'Join Orbit' }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/'), wait)
  expect(await asked(server, '/api/auth/invitation/join')[0]?.json()).toEqual({ token: 'tok' })
})

it('another person signs out and goes on as a visitor', async () => {
  serve({
    '/api/auth/invitation': () => json(200, { ...offer, email: 'carl@example.com' }),
    '/api/auth/signout': () => json(204),
  })
  await renderApp(<InvitationPage />, aSession(), '/auth/invitation#tok')
  expect(await screen.findByText(/signed in as anna@example.com, but/)).toBeInTheDocument()
  await userEvent.click(screen.getByRole('button', { name: 'Sign out and go on' }))
  expect(await screen.findByRole('textbox', { name: 'Your name' })).toBeInTheDocument()
})

it.each([
  [410, 'link.used', 'This link was used already'],
  [410, 'link.expired', 'This link has expired'],
  [404, 'link.unknown', 'This link does not work'],
])('%s %s is said with what to do', async (status, code, title) => {
  serve({ '/api/auth/invitation': () => refusal(status, code) })
  await renderApp(<InvitationPage />, null, '/auth/invitation#tok')
  expect(await screen.findByRole('heading', { name: title })).toBeInTheDocument()
})

it('an account that was made meanwhile is signed in to', async () => {
  serve({
    '/api/auth/invitation': () => json(200, offer),
    '/api/auth/invitation/accept': () => refusal(409, 'invitation.sign_in'),
  })
  await renderApp(<InvitationPage />, null, '/auth/invitation#tok')
  await userEvent.type(await screen.findByRole('textbox', { name: 'Your name' }), 'Anna')
  await userEvent.type(screen.getByLabelText('Choose a password'), 'correct horse battery{Enter}')
  expect(await screen.findByRole('link', { name: 'Sign in to accept' }, wait)).toBeInTheDocument()
})
