import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import type { Mfa } from '@/shared/session/mfa-types'
import { json, mockServer, renderApp } from '@/test/app'
import MfaSection from './mfa-section'
import { codesText, inFours } from './model'

vi.setConfig({ testTimeout: 20_000 })
const wait = { timeout: 10_000 }
const CODES = Array.from({ length: 10 }, (_, i) => `aaaa${i}-bbbb${i}`)
const mfa = (change: Partial<Mfa> = {}): Mfa => ({
  totp: { enabled: false, since: null },
  backupCodes: { left: 0 },
  trustedDevices: [],
  stepUp: ['password'],
  enforced: false,
  confirmedUntil: null,
  passkeys: [],
  passkeysAvailable: false,
  ...change,
})

it('sets up an app: picture, key, first code, then the codes that must be kept before it closes', async () => {
  const server = mockServer()
  let on = false
  server.mockImplementation(async (r) => {
    const path = new URL(r.url).pathname
    if (path === '/api/auth/mfa')
      return json(
        200,
        mfa(on ? { totp: { enabled: true, since: '2026-11-22T10:00:00Z' }, backupCodes: { left: 10 } } : {}),
      )
    if (path === '/api/auth/mfa/totp')
      return json(201, { secret: 'GEZDGNBVGY3TQOJQ', uri: 'otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ' })
    if ((await r.json()).code !== '287082')
      return json(422, {
        error: 'Check',
        code: 'validation.failed',
        requestId: 'r',
        details: [{ field: 'code', code: 'mfa.code', message: 'The code is wrong.' }],
      })
    on = true
    return json(200, { backupCodes: CODES })
  })
  await renderApp(<MfaSection />)
  await userEvent.click(await screen.findByRole('button', { name: 'Set up' }))
  expect(await screen.findByRole('img', { name: 'QR code with the secret' }, wait)).toBeInTheDocument()
  expect(screen.getByText('GEZD GNBV GY3T QOJQ')).toBeInTheDocument()
  const code = screen.getByRole('textbox', { name: /six digits/ })
  await userEvent.type(code, '111111')
  expect(await screen.findByText('The code is wrong.')).toBeInTheDocument()
  expect(code).toHaveValue('')
  await userEvent.type(code, '287082')
  expect(await screen.findAllByText(/^aaaa\d-bbbb\d$/)).toHaveLength(10)
  const done = screen.getByRole('button', { name: 'Done' })
  expect(done).toBeDisabled()
  await userEvent.keyboard('{Escape}')
  await userEvent.click(screen.getByRole('checkbox', { name: 'I have kept these codes' }))
  await userEvent.click(done)
  await waitFor(() => expect(screen.queryByText(CODES[0] as string)).toBeNull())
  expect(await screen.findByText('10 of ten are left')).toBeInTheDocument()
})

it('cannot be removed where an organization demands it', async () => {
  mockServer().mockImplementation(async () =>
    json(200, mfa({ totp: { enabled: true, since: null }, backupCodes: { left: 1 }, enforced: true })),
  )
  await renderApp(<MfaSection />)
  expect(await screen.findByRole('button', { name: 'Remove' })).toBeDisabled()
  expect(screen.getByText('1 of ten is left')).toBeInTheDocument()
})

it('writes secrets in fours and codes with whose they are', () => {
  expect(inFours('ABCDEFGHIJ')).toBe('ABCD EFGH IJ')
  expect(codesText('Codes', 'a@b.c', ['x', 'y'])).toBe('Codes\na@b.c\n\nx\ny\n')
})
