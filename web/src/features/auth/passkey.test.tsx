import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, it, vi } from 'vitest'
import { aSession, json, mockServer, renderApp } from '@/test/app'
import { gaveUp, mockPasskeys } from '@/test/passkeys'
import { ChallengeForm } from './challenge-form'
import { SignInPage } from './sign-in-page'

vi.setConfig({ testTimeout: 20_000 })
const wait = { timeout: 10_000 }
afterEach(() => vi.unstubAllGlobals())
const asked = { token: 'tok', options: { challenge: 'x' } }

it('signs in with a passkey alone', async () => {
  const { get } = mockPasskeys()
  const server = mockServer()
  server
    .mockResolvedValueOnce(json(200, asked))
    .mockResolvedValueOnce(json(200, {}))
    .mockResolvedValueOnce(json(200, aSession()))
  const { router } = await renderApp(<SignInPage next="/contacts" />, null)
  await userEvent.click(await screen.findByRole('button', { name: 'Sign in with a passkey' }, wait))
  await waitFor(() => expect(router.state.location.pathname).toBe('/contacts'), wait)
  expect(get.mock.calls[0]?.[0].publicKey).toEqual(asked.options)
  expect(await server.mock.calls[1]?.[0].json()).toEqual({ token: 'tok', credential: { id: 'cred' } })
})

it('a passkey nobody knows is said, one that was not chosen is not', async () => {
  const { get } = mockPasskeys()
  const server = mockServer()
  server.mockImplementation((r) =>
    Promise.resolve(
      r.url.endsWith('/options')
        ? json(200, asked)
        : json(401, { error: 'Nobody has this passkey', code: 'mfa.passkey', requestId: 'r', details: [] }),
    ),
  )
  await renderApp(<SignInPage />, null)
  const button = await screen.findByRole('button', { name: 'Sign in with a passkey' }, wait)
  get.mockImplementationOnce(gaveUp)
  await userEvent.click(button)
  await waitFor(() => expect(button).not.toHaveAttribute('aria-busy'))
  expect(screen.queryByText('Nobody has this passkey')).toBeNull()
  await userEvent.click(button)
  expect(await screen.findByText('Nobody has this passkey')).toBeInTheDocument()
})

it('answers a challenge with a passkey, or with another factor', async () => {
  mockPasskeys()
  const server = mockServer()
  server.mockResolvedValueOnce(json(200, { ...asked, token: 'chal' })).mockResolvedValueOnce(json(200, {}))
  const entered = vi.fn(() => Promise.resolve())
  const challenge = { token: 'chal', methods: ['passkey', 'backup'] as const, expiresAt: '2027-01-01T00:00:00Z' }
  await renderApp(
    <ChallengeForm
      challenge={{ ...challenge, methods: [...challenge.methods] }}
      onEntered={entered}
      onBack={() => {}}
    />,
    null,
  )
  await userEvent.click(screen.getByRole('button', { name: 'Use a backup code' }))
  expect(screen.getByRole('textbox', { name: 'Backup code' })).toBeInTheDocument()
  await userEvent.click(screen.getByRole('button', { name: 'Use a passkey' }))
  await userEvent.click(screen.getByRole('button', { name: 'Confirm with a passkey' }))
  await waitFor(() => expect(entered).toHaveBeenCalled())
  expect(await server.mock.calls[1]?.[0].json()).toEqual({
    token: 'chal',
    method: 'passkey',
    trustDevice: false,
    credential: { id: 'cred' },
  })
})
