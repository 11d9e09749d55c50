import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { aSession, json, mockServer, renderApp } from '@/test/app'
import ConnectWizard from './connect-wizard'
import { anAccount } from './fixtures'

const session = aSession({ permissions: ['bd.accounts.read', 'bd.accounts.write', 'team.members.read'] })
const TELETHON = `1${Buffer.from([2, 149, 154, 167, 51, 1, 187, ...Array<number>(256).fill(7)]).toString('base64')}`

it('takes the session of another program over, and goes on with the settings', async () => {
  const sent: unknown[] = []
  mockServer().mockImplementation(async (r) => {
    if (r.method === 'GET')
      return json(200, {
        sandbox: { available: true, code: '22222', hint: null },
        telegram: { available: true, needsApi: true },
      })
    sent.push(await r.json())
    return sent.length === 1
      ? json(422, {
          error: 'Invalid',
          code: 'validation.failed',
          requestId: 'r',
          details: [{ field: 'session', code: 'bd.session.ended', message: 'The session has ended' }],
        })
      : json(201, anAccount({ network: 'telegram' }))
  })
  const user = userEvent.setup()
  await renderApp(<ConnectWizard account={null} onClose={vi.fn()} onDone={vi.fn()} />, session)
  await user.click(await screen.findByRole('button', { name: 'Continue' }))
  await user.click(await screen.findByRole('button', { name: 'Take its session over' }))
  const field = await screen.findByLabelText('String session')
  await user.click(field)
  await user.paste('not a session')
  await user.click(screen.getByRole('button', { name: 'Take over' }))
  expect(await screen.findByText(/This is no string session/)).toBeVisible()
  expect(sent).toHaveLength(0)
  await user.clear(field)
  await user.paste(TELETHON)
  expect(await screen.findByText('Recognised by itself.')).toBeVisible()
  // The server has no application id, so the session's own is needed.
  await user.click(screen.getByRole('button', { name: 'Take over' }))
  expect(sent).toHaveLength(0)
  await user.type(screen.getByLabelText('API id'), '12345')
  await user.type(screen.getByLabelText('API hash'), 'a'.repeat(32))
  await user.click(screen.getByRole('button', { name: 'Take over' }))
  expect(await screen.findByText('The session has ended')).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Take over' }))
  expect(await screen.findByRole('heading', { name: 'Connected' })).toBeVisible()
  await waitFor(() =>
    expect(sent[1]).toEqual({
      network: 'telegram',
      format: 'telethon',
      session: TELETHON,
      apiId: 12345,
      apiHash: 'a'.repeat(32),
    }),
  )
}, 20_000)
