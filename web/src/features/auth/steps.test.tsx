import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { aSession, json, mockServer, renderApp } from '@/test/app'
import { longClock } from './clock'
import { ForgotPage } from './forgot-page'
import { ResetPage } from './reset-page'
import { SignInPage } from './sign-in-page'
import { VerifyPage } from './verify-page'

vi.setConfig({ testTimeout: 20_000 })
const wait = { timeout: 10_000 }
const fault = (status: number, code: string, more: object = {}) =>
  json(status, { error: `Said: ${code}`, code, requestId: 'r', details: [], ...more })
const challenge = { token: 'chal', methods: ['totp', 'backup'], expiresAt: '2027-01-01T00:00:00Z' }

async function signIn() {
  await userEvent.type(screen.getByRole('textbox', { name: 'E-mail' }), 'anna@example.com')
  await userEvent.type(screen.getByLabelText('Password'), 'secret secret')
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }))
}

it('asks for six digits, sends them by themselves, and says how many tries are left', async () => {
  const server = mockServer()
  server
    .mockResolvedValueOnce(json(200, { challenge }))
    .mockResolvedValueOnce(fault(401, 'mfa.code', { triesLeft: 3 }))
    .mockResolvedValueOnce(json(200, {}))
    .mockResolvedValueOnce(json(200, aSession()))
  const { router } = await renderApp(<SignInPage next="/contacts" />, null)
  await signIn()
  const code = await screen.findByRole('textbox', { name: 'Six-digit code' }, wait)
  await userEvent.click(screen.getByRole('checkbox', { name: /Trust this device/ }))
  code.focus()
  await userEvent.paste('12 34-56')
  expect(await screen.findByText(/Said: mfa.code 3 tries left/)).toBeInTheDocument()
  expect(code).toHaveValue('')
  expect(code).toHaveFocus()
  expect(await server.mock.calls[1]?.[0].json()).toEqual({
    token: 'chal',
    method: 'totp',
    code: '123456',
    trustDevice: true,
  })
  await userEvent.type(code, '654321')
  await waitFor(() => expect(router.state.location.pathname).toBe('/contacts'), wait)
})

it('takes a backup code, and begins anew once the challenge is over', async () => {
  const server = mockServer()
  server.mockResolvedValueOnce(json(200, { challenge })).mockResolvedValueOnce(fault(410, 'mfa.challenge'))
  await renderApp(<SignInPage />, null)
  await signIn()
  await userEvent.click(await screen.findByRole('button', { name: 'Use a backup code' }, wait))
  await userEvent.type(screen.getByRole('textbox', { name: 'Backup code' }), 'abcde-12345{Enter}')
  await userEvent.click(await screen.findByRole('button', { name: 'Start again' }))
  expect(await server.mock.calls[1]?.[0].json()).toMatchObject({ method: 'backup', code: 'abcde-12345' })
  expect(screen.getByRole('textbox', { name: 'E-mail' })).toHaveValue('anna@example.com')
  expect(screen.getByLabelText('Password')).toHaveValue('')
})

it('a locked account says for how long, and offers a reset', async () => {
  mockServer().mockResolvedValueOnce(fault(423, 'auth.locked', { retryAfterSeconds: 3700 }))
  await renderApp(<SignInPage />, null)
  await signIn()
  expect(await screen.findByRole('timer', {}, wait)).toHaveTextContent(/^1:01:(40|39|38)$/)
  expect(screen.getByRole('link', { name: 'Reset the password' })).toHaveAttribute('href', '/auth/forgot')
})

it('says the same of every address it is asked to reset', async () => {
  const server = mockServer()
  server.mockResolvedValueOnce(json(202))
  await renderApp(<ForgotPage />, null)
  const email = screen.getByRole('textbox', { name: 'E-mail' })
  await userEvent.clear(email)
  await userEvent.type(email, 'nobody@example.com{Enter}')
  expect(await screen.findByText(/If there is an account for nobody@example.com/, {}, wait)).toBeInTheDocument()
  expect(screen.getByRole('button', { name: /^Send again in / })).toBeDisabled()
  expect(await server.mock.calls[0]?.[0].json()).toEqual({ email: 'nobody@example.com' })
})

it('a reset takes the new password and leads to the sign-in', async () => {
  const server = mockServer()
  server.mockResolvedValueOnce(json(200, { emailHint: 'a***@example.com' })).mockResolvedValueOnce(json(204))
  await renderApp(<ResetPage />, null, '/#tok')
  await userEvent.type(await screen.findByLabelText('New password', {}, wait), 'correct horse battery{Enter}')
  expect(await screen.findByRole('link', { name: 'Sign in' }, wait)).toHaveAttribute('href', '/signin')
  expect(server.mock.calls[0]?.[0].url).toMatch(/\/api\/auth\/password\/reset\/tok$/)
  expect(await server.mock.calls[1]?.[0].json()).toEqual({ token: 'tok', password: 'correct horse battery' })
})

it.each([
  ['link.used', 410, 'This link was used already'],
  ['link.expired', 410, 'This link has expired'],
  ['link.unknown', 404, 'This link does not work'],
])('a reset link that is dead says why: %s', async (code, status, title) => {
  mockServer().mockResolvedValueOnce(fault(status, code))
  await renderApp(<ResetPage />, null, '/#tok')
  expect(await screen.findByRole('heading', { name: title })).toBeInTheDocument()
  expect(screen.getByRole('link', { name: 'Ask for another link' })).toBeInTheDocument()
})

it('verifies by itself, once', async () => {
  const server = mockServer()
  server.mockResolvedValue(json(200, { email: 'anna@example.com' }))
  await renderApp(<VerifyPage />, null, '/#tok')
  expect(await screen.findByRole('heading', { name: 'Your e-mail is confirmed' })).toBeInTheDocument()
  expect(await server.mock.calls[0]?.[0].json()).toEqual({ token: 'tok' })
  expect(server).toHaveBeenCalledTimes(1)
})

it('a verification link that has expired is sent anew to who is signed in, who then waits', async () => {
  const server = mockServer()
  server
    .mockResolvedValueOnce(fault(410, 'link.expired'))
    .mockResolvedValueOnce(fault(429, 'auth.tries', { retryAfterSeconds: 90 }))
  await renderApp(<VerifyPage />, aSession(), '/#tok')
  await userEvent.click(await screen.findByRole('button', { name: 'Send another link' }))
  expect(await screen.findByRole('button', { name: /^Send again in 1:(30|29|28)$/ })).toBeDisabled()
})

it('shows hours only where there are any', () => {
  expect([longClock(0), longClock(75), longClock(3600), longClock(86_399)]).toEqual([
    '0:00',
    '1:15',
    '1:00:00',
    '23:59:59',
  ])
})
