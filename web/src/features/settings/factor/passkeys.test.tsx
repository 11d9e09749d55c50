import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, it, vi } from 'vitest'
import type { Mfa } from '@/shared/session/mfa-types'
import { json, mockServer, renderApp } from '@/test/app'
import { gaveUp, mockPasskeys } from '@/test/passkeys'
import MfaSection from './mfa-section'

vi.setConfig({ testTimeout: 20_000 })
const wait = { timeout: 10_000 }
const CODES = Array.from({ length: 10 }, (_, i) => `aaaa${i}-bbbb${i}`)
const key = (id: string) => ({ id, name: `Key ${id}`, createdAt: '2026-01-01T00:00:00Z', lastUsedAt: null })
const mfa = (change: Partial<Mfa> = {}): Mfa => ({
  totp: { enabled: false, since: null },
  backupCodes: { left: 0 },
  trustedDevices: [],
  stepUp: ['password'],
  enforced: false,
  confirmedUntil: null,
  passkeys: [],
  passkeysAvailable: true,
  ...change,
})
function serve(now: () => Mfa, write: (r: Request) => Response | Promise<Response>) {
  const server = mockServer()
  server.mockImplementation((r) => Promise.resolve(r.method === 'GET' ? json(200, now()) : write(r)))
  return server
}
afterEach(() => vi.unstubAllGlobals())

it('adds a passkey under a name, and shows the codes of a first factor', async () => {
  mockPasskeys()
  const sent: unknown[] = []
  serve(
    () => mfa(sent.length > 0 ? { passkeys: [key('a')], backupCodes: { left: 10 } } : {}),
    async (r) => {
      if (r.url.endsWith('/options')) return json(200, { token: 'tok', options: {} })
      sent.push(await r.json())
      return json(201, { passkey: key('a'), backupCodes: CODES })
    },
  )
  await renderApp(<MfaSection />)
  await userEvent.click(await screen.findByRole('button', { name: 'Add' }, wait))
  const name = await screen.findByRole('textbox', { name: 'Name' })
  await userEvent.clear(name)
  await userEvent.type(name, 'My phone{Enter}')
  expect(await screen.findByText('aaaa0-bbbb0', {}, wait)).toBeInTheDocument()
  expect(sent).toEqual([{ token: 'tok', name: 'My phone', credential: { id: 'cred' } }])
})

it('closing the browser’s window is no fault', async () => {
  mockPasskeys().create.mockImplementation(gaveUp)
  serve(mfa, () => json(200, { token: 'tok', options: {} }))
  await renderApp(<MfaSection />)
  const add = await screen.findByRole('button', { name: 'Add' }, wait)
  await userEvent.click(add)
  await waitFor(() => expect(add).not.toHaveAttribute('aria-busy'))
  expect(screen.queryByText('That did not work')).toBeNull()
})

it('a passkey that could not be removed is back; the last factor that is demanded stays', async () => {
  mockPasskeys()
  let enforced = false
  serve(
    () => mfa({ passkeys: enforced ? [key('a')] : [key('a'), key('b')], enforced }),
    () => json(500, { error: 'No', code: 'internal', requestId: 'r', details: [] }),
  )
  const { qc } = await renderApp(<MfaSection />)
  await userEvent.click(await screen.findByRole('button', { name: 'Remove: Key a' }, wait))
  const question = await screen.findByRole('alertdialog', {}, wait)
  await userEvent.click(within(question).getByRole('button', { name: 'Remove' }))
  await screen.findAllByText('That did not work', {}, wait)
  expect(await screen.findByText('Key a')).toBeInTheDocument()
  enforced = true
  await qc.invalidateQueries()
  await waitFor(() => expect(screen.getByRole('button', { name: 'Remove: Key a' })).toBeDisabled())
})

it('a browser without passkeys says so', async () => {
  serve(mfa, () => json(500))
  await renderApp(<MfaSection />)
  expect(await screen.findByText(/This browser cannot use passkeys/, {}, wait)).toBeInTheDocument()
  expect(screen.queryByRole('button', { name: 'Add' })).toBeNull()
})
