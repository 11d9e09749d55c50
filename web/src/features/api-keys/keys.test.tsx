import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { aSession, json, mockServer, renderApp } from '@/test/app'
import type { ApiKey } from './api'
import { KeysPage } from './keys-page'

vi.setConfig({ testTimeout: 20_000 })
const wait = { timeout: 10_000 } // forms and questions are chunks of their own
const session = aSession({ permissions: ['api.keys.write', 'crm.contacts.read', 'crm.contacts.write'] })
const key = (id: string, change: Partial<ApiKey> = {}): ApiKey => ({
  id,
  name: `Key ${id}`,
  prefix: `rk_${id}…`,
  permissions: ['crm.contacts.read'],
  lastIp: null,
  version: 1,
  createdBy: { id: 'u1', name: 'Anna Petrova' },
  createdAt: '2026-01-01T00:00:00Z',
  expiresAt: null,
  lastUsedAt: null,
  revokedAt: null,
  state: 'active',
  ...change,
})
function serve(items: ApiKey[], write: (r: Request) => Response | Promise<Response> = () => json(500)) {
  const server = mockServer()
  const page = { limit: 50, nextCursor: null, page: null, total: items.length }
  server.mockImplementation((r) => Promise.resolve(r.method === 'GET' ? json(200, { items, page }) : write(r)))
  return server
}

it('with no keys shows how one is used', async () => {
  serve([])
  await renderApp(<KeysPage />, session)
  expect(await screen.findByTestId('key-example')).toHaveTextContent('Authorization: Bearer rk_…')
})

it('makes a key with found permissions and shows it once', async () => {
  let sent: { name?: string; permissions?: string[]; expiresAt?: string } = {}
  serve([], async (r) => {
    sent = (await r.json()) as never
    return json(201, { apiKey: key('a'), key: 'rk_secret' })
  })
  await renderApp(<KeysPage />, session)
  await userEvent.click(await screen.findByRole('button', { name: 'New key' }))
  const form = await screen.findByRole('dialog', { name: 'New key' }, wait)
  await userEvent.click(within(form).getByRole('button', { name: 'Create' }))
  expect(within(form).getByText('Choose at least one permission')).toBeInTheDocument()
  await userEvent.type(within(form).getByRole('textbox', { name: 'Name' }), 'Site')
  await userEvent.type(within(form).getByRole('searchbox', { name: 'Find a permission' }), 'view cont')
  expect(within(form).queryByRole('checkbox', { name: 'Create and change contacts' })).toBeNull()
  await userEvent.click(within(form).getByRole('checkbox', { name: 'View contacts' }))
  await userEvent.click(within(form).getByRole('button', { name: 'Create' }))
  expect(await screen.findByRole('textbox', { name: 'Key' })).toHaveValue('rk_secret')
  await userEvent.keyboard('{Escape}')
  expect(screen.getByRole('textbox', { name: 'Key' })).toBeInTheDocument()
  expect(sent).toMatchObject({ name: 'Site', permissions: ['crm.contacts.read'] })
  expect(Date.parse(sent.expiresAt ?? '') - Date.now()).toBeGreaterThan(89 * 86_400_000)
  await userEvent.click(screen.getByRole('button', { name: 'I have kept it' }))
  await waitFor(() => expect(screen.queryByDisplayValue('rk_secret')).toBeNull())
})

it('a revoked key is gone at once, and back when the server refuses', async () => {
  serve([key('a'), key('b', { state: 'revoked' })], () =>
    json(500, { error: 'No', code: 'internal', requestId: 'r', details: [] }),
  )
  await renderApp(<KeysPage />, session)
  expect(await screen.findAllByRole('listitem')).toHaveLength(1)
  await userEvent.click(screen.getByRole('button', { name: 'Revoke: Key a' }))
  const question = await screen.findByRole('alertdialog', {}, wait)
  await userEvent.click(within(question).getByRole('button', { name: 'Revoke' }))
  await screen.findAllByText('The key was not revoked', {}, wait)
  expect(screen.getByRole('button', { name: 'Revoke: Key a' })).toBeInTheDocument()
  await userEvent.click(screen.getByRole('button', { name: 'Show 1 ended key' }))
  expect(screen.getAllByRole('listitem')).toHaveLength(2)
})

it('what the server has against the permissions is said beside them', async () => {
  const details = [{ field: 'permissions', code: 'keys.beyond', message: 'More than you may' }]
  serve([key('a')], () => json(422, { error: 'No', code: 'validation', requestId: 'r', details }))
  await renderApp(<KeysPage />, session)
  await userEvent.click(await screen.findByRole('button', { name: 'Edit: Key a' }))
  const form = await screen.findByRole('dialog', { name: 'Edit the key' }, wait)
  await userEvent.click(within(form).getByRole('button', { name: 'Save' }))
  expect(await within(form).findByText('More than you may')).toBeInTheDocument()
})
