import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { aSession, json, mockServer, renderApp } from '@/test/app'
import ConnectWizard from './connect-wizard'
import { anAccount } from './fixtures'

const fields = (field: string, message: string, code = 'x') =>
  json(422, { error: 'Invalid', code: 'validation.failed', requestId: 'r', details: [{ field, code, message }] })
const session = aSession({ permissions: ['bd.accounts.read', 'bd.accounts.write', 'team.members.read'] })

type Rules = { expired?: boolean; after?: 'code_sent' | 'reauth_required' }
/** A sandbox with a password: every step answers as the server does. The first code may have expired. */
function sandbox({ expired = false, after = 'code_sent' }: Rules = {}) {
  let isOld = expired
  const sent: Record<string, unknown>[] = []
  const server = mockServer()
  server.mockImplementation(async (r) => {
    const path = new URL(r.url).pathname
    if (r.method === 'GET' && path.endsWith('/network'))
      return json(200, {
        sandbox: { available: true, code: '22222', hint: '+99966 2 0001' },
        telegram: { available: true, needsApi: false },
      })
    if (r.method === 'GET' && path.endsWith('/a1')) return json(200, anAccount({ status: after, isConnected: false }))
    if (r.method === 'GET')
      return json(200, { items: [], folders: [], page: { nextCursor: null }, fetchedAt: '2026-03-10T09:00:00Z' })
    const body = (await r.json().catch(() => ({}))) as Record<string, unknown>
    sent.push({ path: path.split('/').at(-1), ...body })
    if (path.endsWith('/connect'))
      return json(201, {
        account: anAccount({ status: 'code_sent', isConnected: false }),
        codeVia: 'app',
        codeLength: 5,
        resendAt: new Date(Date.now() + 60_000).toISOString(),
      })
    if (path.endsWith('/resend-code'))
      return json(200, {
        account: anAccount({ status: 'code_sent', isConnected: false }),
        codeVia: 'sms',
        codeLength: 5,
        resendAt: null,
      })
    if (path.endsWith('/code') && isOld) {
      isOld = false
      return fields('code', 'The code has expired', 'bd.code.expired')
    }
    if (path.endsWith('/code'))
      return body['code'] === '22222'
        ? json(200, {
            account: anAccount({ status: 'password_required', isConnected: false }),
            passwordHint: 'the usual',
          })
        : fields('code', 'This code is not right')
    if (path.endsWith('/password'))
      return body['password'] === 'secret' ? json(200, anAccount()) : fields('password', 'This password is not right')
    return json(200, anAccount({ version: 2 }))
  })
  return sent
}

it('connects an account step by step, and says at each what went wrong', async () => {
  const sent = sandbox()
  const user = userEvent.setup()
  const done = vi.fn()
  await renderApp(<ConnectWizard account={null} onClose={() => {}} onDone={done} />, session)
  await user.click(await screen.findByRole('radio', { name: /Sandbox/ }))
  await user.click(screen.getByRole('button', { name: 'Continue' }))

  await user.click(screen.getByRole('button', { name: 'Send the code' }))
  expect(await screen.findByText('Enter a number with its country code')).toBeVisible()
  await user.type(screen.getByLabelText('Phone'), '+99966 2 0001')
  await user.click(screen.getByRole('button', { name: 'Send the code' }))

  expect(await screen.findByText(/the code is always 22222/)).toBeVisible()
  expect(screen.getByText(/Another code in/)).toBeVisible()
  const code = screen.getByLabelText('Code')
  await user.type(code, '11111')
  expect(await screen.findByText('This code is not right')).toBeVisible()
  await waitFor(() => expect(screen.getByLabelText('Code')).toHaveValue(''))
  await user.click(screen.getByLabelText('Code'))
  await user.paste('Your code: 2-2-2-2-2')

  expect(await screen.findByText('Hint: the usual')).toBeVisible()
  await user.type(screen.getByLabelText('Password'), 'wrong{Enter}')
  expect(await screen.findByText('This password is not right')).toBeVisible()
  await user.clear(screen.getByLabelText('Password'))
  await user.type(screen.getByLabelText('Password'), 'secret{Enter}')

  expect(await screen.findByRole('heading', { name: 'Connected' })).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Continue' }))
  expect(await screen.findByRole('heading', { name: 'Which chats?' })).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Start reading' }))
  expect(await screen.findByText(/Choose at least one chat/)).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Later' }))
  expect(done).toHaveBeenCalledWith('a1', false)
  expect(sent.map((s) => s['path'])).toEqual(['connect', 'code', 'code', 'password', 'password', 'config'])
  expect(sent[0]).toMatchObject({ network: 'sandbox', phone: '+9996620001' })
}, 20_000)

it.each([
  ['typed here', null, 'code_sent', ['connect', 'code', 'connect', 'code']],
  ['begun elsewhere', 'code_sent', 'code_sent', ['code', 'resend-code', 'code']],
] as const)(
  'an expired code leads to a new one: %s',
  async (_, begun, after, expected) => {
    const sent = sandbox({ expired: true, after })
    const user = userEvent.setup()
    const account = begun && anAccount({ status: begun, isConnected: false })
    await renderApp(<ConnectWizard account={account} onClose={() => {}} onDone={() => {}} />, session)
    if (!begun) {
      await user.click(await screen.findByRole('radio', { name: /Sandbox/ }))
      await user.click(screen.getByRole('button', { name: 'Continue' }))
      await user.type(screen.getByLabelText('Phone'), '+99966 2 0001')
      await user.click(screen.getByRole('button', { name: 'Send the code' }))
    }
    await user.type(await screen.findByLabelText('Code'), '22222')
    expect(await screen.findByText('The code has expired')).toBeVisible()
    await user.click(screen.getByRole('button', { name: 'Send a new code' }))
    await waitFor(() => expect(screen.queryByText('The code has expired')).toBeNull())
    expect(screen.queryByRole('button', { name: 'Send a new code' })).toBeNull()
    await user.type(screen.getByLabelText('Code'), '22222')
    expect(await screen.findByRole('heading', { name: 'Two-step verification' })).toBeVisible()
    expect(sent.map((s) => s['path'])).toEqual(expected)
  },
  20_000,
)

it('where the network has forgotten the sign-in, the number is asked for again', async () => {
  sandbox({ expired: true, after: 'reauth_required' })
  const user = userEvent.setup()
  const account = anAccount({ status: 'code_sent', isConnected: false })
  await renderApp(<ConnectWizard account={account} onClose={() => {}} onDone={() => {}} />, session)
  await user.type(await screen.findByLabelText('Code'), '22222')
  await user.click(await screen.findByRole('button', { name: 'Send a new code' }))
  expect(await screen.findByRole('heading', { name: 'Which number?' })).toBeVisible()
})

it('goes on where an account was left', async () => {
  sandbox()
  await renderApp(
    <ConnectWizard account={anAccount({ status: 'password_required' })} onClose={() => {}} onDone={() => {}} />,
    session,
  )
  expect(await screen.findByRole('heading', { name: 'Two-step verification' })).toBeVisible()
})
