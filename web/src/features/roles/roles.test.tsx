import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, it, vi } from 'vitest'
import type { RoleView } from '@/shared/access/roles'
import { aSession, json, mockServer, renderApp } from '@/test/app'
import { RolesPage } from './roles-page'

vi.setConfig({ testTimeout: 20_000 })
const wait = { timeout: 10_000 } // the editor is a chunk of its own
const ALL = ['crm.contacts.read', 'crm.contacts.write', 'crm.contacts.purge', 'crm.deals.read', 'audit.read']
const everything = {
  clients: 'organization',
  deals: 'organization',
  chats: 'organization',
  accounts: 'organization',
} as const
const role = (key: string, permissions: string[], change: Partial<RoleView> = {}): RoleView => ({
  key,
  name: null,
  builtIn: true,
  base: 'agent',
  description: null,
  permissions,
  reach: everything,
  members: 0,
  version: 1,
  updatedAt: null,
  ...change,
})
const OWN = role('r1', ['crm.contacts.read'], { name: 'Accountant', builtIn: false, members: 2, version: 7 })
const ROLES = [role('owner', ALL, { base: 'owner' }), role('agent', ['crm.contacts.read', 'crm.deals.read']), OWN]
// Not an owner: may not give what they do not have.
const session = aSession({
  role: 'admin',
  permissions: ['team.members.read', 'team.roles.write', ...ALL.filter((p) => p !== 'crm.contacts.purge')],
})

function Page({ start }: { start: Record<string, unknown> }) {
  const [search, onSearch] = useState(start)
  return <RolesPage search={search} onSearch={onSearch} />
}
type Answer = (r: Request) => Response | Promise<Response>
async function open(start: Record<string, unknown> = {}, answers: Record<string, Answer> = {}) {
  const server = mockServer()
  server.mockImplementation((r) => {
    const { pathname } = new URL(r.url)
    const own = answers[`${r.method} ${pathname}`]
    if (pathname === '/api/auth/session') return Promise.resolve(json(200, session))
    return Promise.resolve(own ? own(r) : json(200, { items: ROLES }))
  })
  await renderApp(<Page start={start} />, session)
  return server
}
const cell = (name: string) => screen.findByRole('checkbox', { name }, wait)
const refusal = (status: number, code: string, details: object[] = []) =>
  json(status, { error: `No: ${code}`, code, requestId: 'r', details })

it('a built-in role is read, and copied to be edited', async () => {
  await open()
  await userEvent.click(await screen.findByRole('button', { name: 'Agent' }))
  expect(await cell('View contacts')).toBeDisabled()
  await userEvent.click(screen.getByRole('button', { name: 'Copy to edit' }))
  expect(await screen.findByRole('textbox', { name: 'Name' }, wait)).toHaveValue('Agent (copy)')
  expect(await cell('View contacts')).toBeEnabled()
  expect(await cell('View contacts')).toBeChecked()
  expect(await cell('Delete contacts for good')).toBeDisabled()
})

it('a role is made with what was ticked and how far it reaches', async () => {
  let sent: unknown
  await open(
    { copy: 'agent' },
    {
      'POST /api/roles': async (r) => {
        sent = await r.json()
        return json(201, { ...OWN, key: 'r2', name: 'Reader' })
      },
    },
  )
  await userEvent.clear(await screen.findByRole('textbox', { name: 'Name' }, wait))
  await userEvent.click(screen.getByRole('button', { name: 'Create' }))
  expect(screen.getByText('Enter a name')).toBeInTheDocument()
  await userEvent.type(screen.getByRole('textbox', { name: 'Name' }), 'Reader')
  await userEvent.click(await cell('Read the audit log'))
  await userEvent.click(
    within(screen.getByRole('group', { name: 'Reach: Clients' })).getByRole('radio', { name: 'Own' }),
  )
  await userEvent.click(screen.getByRole('button', { name: 'Create' }))
  await waitFor(() =>
    expect(sent).toEqual({
      name: 'Reader',
      description: null,
      base: 'agent',
      permissions: ['crm.contacts.read', 'crm.deals.read', 'audit.read'],
      reach: { ...everything, clients: 'own' },
    }),
  )
})

it('says at the name what the server has against it', async () => {
  const details = [{ field: 'name', code: 'roles.name_taken', message: 'There is a role of this name' }]
  await open({ role: 'r1' }, { 'PATCH /api/roles/r1': () => refusal(422, 'validation', details) })
  expect(await screen.findByRole('button', { name: 'Save' }, wait)).toBeDisabled()
  await userEvent.type(screen.getByRole('textbox', { name: 'Name' }), '!')
  await userEvent.click(screen.getByRole('button', { name: 'Save' }))
  expect(await screen.findByText('There is a role of this name')).toBeInTheDocument()
})

it('two who edit one role both keep what they changed', async () => {
  const sent: { version: number; permissions: string[] }[] = []
  await open(
    { role: 'r1' },
    {
      'GET /api/roles': () =>
        json(200, {
          items:
            sent.length === 0
              ? ROLES
              : [...ROLES.slice(0, 2), { ...OWN, version: 8, permissions: ['crm.contacts.read', 'crm.deals.read'] }],
        }),
      'PATCH /api/roles/r1': async (r) => {
        sent.push((await r.json()) as never)
        return sent.length === 1 ? refusal(409, 'version.conflict') : json(200, { ...OWN, version: 9 })
      },
    },
  )
  await userEvent.click(await cell('Read the audit log'))
  await userEvent.click(screen.getByRole('button', { name: 'Save' }))
  await screen.findByText(/Somebody has changed this role/)
  expect(await cell('View deals')).toBeChecked()
  await userEvent.click(screen.getByRole('button', { name: 'Save' }))
  await waitFor(() => expect(sent).toHaveLength(2))
  expect(sent[1]).toMatchObject({
    version: 8,
    permissions: ['crm.contacts.read', 'crm.deals.read', 'audit.read'],
  })
})

it('a role that members have is deleted only with another in its place', async () => {
  const server = await open({ role: 'r1' }, { 'DELETE /api/roles/r1': () => json(204) })
  await userEvent.click(await screen.findByRole('button', { name: 'Delete role' }, wait))
  const window = await screen.findByRole('dialog', { name: /Accountant/ })
  expect(within(window).getByRole('button', { name: 'Delete' })).toBeDisabled()
  await userEvent.click(within(window).getByRole('combobox', { name: 'Replacement' }))
  await userEvent.click(await screen.findByRole('option', { name: 'Agent' }))
  await userEvent.click(within(window).getByRole('button', { name: 'Delete' }))
  await waitFor(() => {
    const call = server.mock.calls.map(([r]) => r).find((r) => r.method === 'DELETE')
    expect(new URL(call?.url ?? 'x:').searchParams.get('replacement')).toBe('agent')
  })
})

it('two roles are compared, and only what differs when that is wanted', async () => {
  await open({ a: 'agent', b: 'r1' })
  expect(await screen.findByText('1 difference', {}, wait)).toBeInTheDocument()
  expect(screen.getByRole('row', { name: /View deals ?\(differs\) ?yes ?no/ })).toBeInTheDocument()
  expect(screen.getByRole('row', { name: /View contacts ?yes ?yes/ })).toBeInTheDocument()
  await userEvent.click(screen.getByRole('switch', { name: 'Only differences' }))
  expect(screen.queryByRole('row', { name: /View contacts/ })).toBeNull()
})
