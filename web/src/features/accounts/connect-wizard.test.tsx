import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { aSession, json, mockServer, renderApp } from '@/test/app'
import ConnectWizard from './connect-wizard'
import { anAccount } from './fixtures'

const fields = (field: string, message: string) =>
  json(422, { error: 'Invalid', code: 'validation.failed', requestId: 'r', details: [{ field, code: 'x', message }] })
const session = aSession({ permissions: ['bd.accounts.read', 'bd.accounts.write', 'team.members.read'] })

/** A sandbox with a password: every step answers as the server does. */
function sandbox() {
  const sent: Record<string, unknown>[] = []
  const server = mockServer()
  server.mockImplementation(async (r) => {
    const path = new URL(r.url).pathname
    if (r.method === 'GET' && path.endsWith('/network'))
      return json(200, {
        sandbox: { available: true, code: '22222', hint: '+99966 2 0001' },
        telegram: { available: true, needsApi: false },
      })
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

it('goes on where an account was left', async () => {
  sandbox()
  await renderApp(
    <ConnectWizard account={anAccount({ status: 'password_required' })} onClose={() => {}} onDone={() => {}} />,
    session,
  )
  expect(await screen.findByRole('heading', { name: 'Two-step verification' })).toBeVisible()
})
