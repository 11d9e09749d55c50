import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, it, vi } from 'vitest'
import { aSession, json, mockServer, renderApp } from '@/test/app'
import { aMember, anInvitation, aRole, page } from './fixtures'
import type { TeamSearch } from './search-params'
import { TeamPage } from './team-page'

vi.setConfig({ testTimeout: 20_000 })
const wait = { timeout: 10_000 } // windows and menus are chunks of their own
const ME = aMember('u1', 'Anna Petrova', { role: 'owner', roles: [{ key: 'owner', name: null }] })
const BORIS = aMember('u2', 'Boris Orlov', { lockedUntil: '2999-01-01T00:00:00Z' })
const session = aSession({ permissions: ['team.members.read', 'team.members.write', 'team.teams.write'] })
const refusal = (status: number, code: string, details: object[] = []) =>
  json(status, { error: `No: ${code}`, code, requestId: 'r', details })

type Answers = Record<string, (r: Request) => Response | Promise<Response>>
/** A server that has these members and answers to what a test is about. */
function serve(answers: Answers = {}) {
  const server = mockServer()
  server.mockImplementation((r) => {
    const { pathname } = new URL(r.url)
    const own = answers[`${r.method} ${pathname}`]
    if (own) return Promise.resolve(own(r))
    if (pathname === '/api/team/members') return Promise.resolve(json(200, page([ME, BORIS])))
    if (pathname === '/api/roles') return Promise.resolve(json(200, { items: [aRole('owner'), aRole('agent')] }))
    return Promise.resolve(json(200, { items: [] }))
  })
  return server
}
function Page({ start }: { start: TeamSearch }) {
  const [search, setSearch] = useState(start)
  return <TeamPage search={search} onSearch={setSearch} />
}
const open = (start: TeamSearch = {}, who = session) => renderApp(<Page start={start} />, who)
const menuOf = async (name: string) => {
  await userEvent.click(await screen.findByRole('button', { name: `Actions: ${name}` }, wait))
  return screen.findByRole('menu', {}, wait)
}

it('lists members; an owner is nobody’s to remove but an owner’s, and nobody removes themselves', async () => {
  serve()
  await open({}, aSession({ ...session, role: 'admin', user: { ...session.user, id: 'u2' } }))
  expect(await screen.findByRole('row', { name: /Boris Orlov/ }, wait)).toHaveTextContent('Locked')
  expect(
    within(await menuOf('Anna Petrova'))
      .getAllByRole('menuitem')
      .map((i) => i.textContent),
  ).toEqual(['Explain access'])
  await userEvent.keyboard('{Escape}')
  expect(within(await menuOf('Boris Orlov')).queryByRole('menuitem', { name: 'Remove…' })).toBeNull()
})

it('a refused change of roles is said in its window and taken back on the page', async () => {
  serve({ 'PUT /api/team/members/u2/role': () => refusal(409, 'members.last_owner') })
  await open()
  await userEvent.click(within(await menuOf('Boris Orlov')).getByRole('menuitem', { name: 'Change roles…' }))
  const window = await screen.findByRole('dialog', { name: /Boris Orlov/ }, wait)
  expect(within(window).getByRole('button', { name: 'Save' })).toBeDisabled()
  await userEvent.click(await within(window).findByRole('checkbox', { name: 'Owner' }, wait))
  await userEvent.click(within(window).getByRole('button', { name: 'Save' }))
  expect(await within(window).findByText('No: members.last_owner')).toBeInTheDocument()
  expect(screen.getByRole('row', { name: /Boris Orlov/, hidden: true })).not.toHaveTextContent('Owner')
})

it('who edits roles may look as another member, and a refusal leaves the page as it is', async () => {
  const asked: unknown[] = []
  serve({
    'POST /api/team/view-as': async (r) => {
      asked.push(await r.json())
      return refusal(403, 'members.view_beyond')
    },
  })
  await open({}, aSession({ ...session, permissions: [...session.permissions, 'team.roles.write'] }))
  const menu = await menuOf('Anna Petrova')
  expect(within(menu).queryByRole('menuitem', { name: 'View as this member' })).toBeNull()
  await userEvent.keyboard('{Escape}')
  await userEvent.click(within(await menuOf('Boris Orlov')).getByRole('menuitem', { name: 'View as this member' }))
  await waitFor(() => expect(asked).toEqual([{ userId: 'u2' }]))
  expect(await screen.findByRole('row', { name: /Boris Orlov/ }, wait)).toBeInTheDocument()
})

it('somebody is removed in three steps, and what they hold goes to nobody only when that is said', async () => {
  const sent: unknown[] = []
  serve({
    'GET /api/team/members/u2/holdings': () => json(200, { clients: 3, companies: 0, deals: 1, chats: 0, accounts: 0 }),
    'DELETE /api/team/members/u2': async (r) => {
      sent.push(await r.json())
      return json(202, {})
    },
  })
  await open()
  await userEvent.click(within(await menuOf('Boris Orlov')).getByRole('menuitem', { name: 'Remove…' }))
  const window = await screen.findByRole('dialog', { name: 'Remove Boris Orlov' }, wait)
  expect(await within(window).findByText('3 clients')).toBeInTheDocument()
  expect(within(window).queryByText(/compan/)).toBeNull()
  const onward = () => userEvent.click(within(window).getByRole('button', { name: 'Continue' }))
  await onward()
  await onward()
  expect(within(window).getAllByText('Choose who').length).toBeGreaterThan(0)
  await userEvent.click(within(window).getByRole('radio', { name: /Nobody/ }))
  await onward()
  expect(within(window).getByText(/becomes shared/)).toBeInTheDocument()
  expect(sent).toEqual([])
  await userEvent.click(within(window).getByRole('button', { name: 'Remove' }))
  await waitFor(() => expect(sent).toEqual([{ reassignTo: null }]))
  await screen.findAllByText('Boris Orlov was removed', {}, wait)
})

it('access is switched off after a question, and on again without one; a refusal is taken back', async () => {
  const sent: string[] = []
  let refuse = false
  const answer = (r: Request) => {
    sent.push(`${r.method} ${new URL(r.url).pathname}`)
    return refuse ? refusal(403, 'members.beyond') : json(200, {})
  }
  const cora = aMember('u3', 'Cora Blum', { sessions: 2 })
  const off = aMember('u4', 'Dan Reed', { suspendedAt: '2026-01-01T00:00:00Z' })
  serve({
    'GET /api/team/members': () => json(200, page([ME, cora, off])),
    'DELETE /api/team/members/u3/sessions': answer,
    'POST /api/team/members/u3/suspend': answer,
    'POST /api/team/members/u4/restore': answer,
  })
  await open()
  expect(await screen.findByRole('row', { name: /Dan Reed/ }, wait)).toHaveTextContent('Access off')
  await userEvent.click(within(await menuOf('Cora Blum')).getByRole('menuitem', { name: 'End 2 sessions…' }))
  await userEvent.click(await screen.findByRole('button', { name: 'End sessions' }, wait))
  await screen.findAllByText('Cora Blum was signed out everywhere', {}, wait)
  await userEvent.click(within(await menuOf('Dan Reed')).getByRole('menuitem', { name: 'Switch access on' }))
  await screen.findAllByText('Dan Reed can sign in again', {}, wait)
  refuse = true
  await userEvent.click(within(await menuOf('Cora Blum')).getByRole('menuitem', { name: 'Switch access off…' }))
  expect(sent).toEqual(['DELETE /api/team/members/u3/sessions', 'POST /api/team/members/u4/restore'])
  await userEvent.click(await screen.findByRole('button', { name: 'Switch off' }, wait))
  await screen.findAllByText('The access of Cora Blum was not switched off', {}, wait)
  expect(screen.getByRole('row', { name: /Cora Blum/, hidden: true })).not.toHaveTextContent('Access off')
})

it('who could not be removed is back in the list', async () => {
  serve({
    'GET /api/team/members/u2/holdings': () => json(200, { clients: 0, companies: 0, deals: 0, chats: 0, accounts: 0 }),
    'DELETE /api/team/members/u2': () => refusal(409, 'members.last_owner'),
  })
  await open()
  await userEvent.click(within(await menuOf('Boris Orlov')).getByRole('menuitem', { name: 'Remove…' }))
  const window = await screen.findByRole('dialog', { name: 'Remove Boris Orlov' }, wait)
  await within(window).findByText('Nothing is assigned to them.')
  expect(within(window).getByText('Step 1 of 2')).toBeInTheDocument()
  await userEvent.click(within(window).getByRole('button', { name: 'Continue' }))
  await userEvent.click(within(window).getByRole('button', { name: 'Remove' }))
  await screen.findAllByText('Boris Orlov was not removed', {}, wait)
  expect(screen.getByRole('row', { name: /Boris Orlov/ })).toBeInTheDocument()
})

it('invites pasted addresses, shows links to pass on and who was left out', async () => {
  let sent: unknown
  serve({
    'POST /api/team/members/invite': async (r) => {
      sent = await r.json()
      return json(201, {
        items: [anInvitation('ann@example.com', { link: 'https://x.org/auth/invitation#t' })],
        skipped: [{ email: 'u2@example.com', code: 'member' }],
      })
    },
  })
  await open({ new: true })
  const window = await screen.findByRole('dialog', { name: 'Invite people' }, wait)
  await userEvent.click(within(window).getByRole('combobox', { name: 'E-mail addresses' }))
  await userEvent.paste('Ann Lee <ann@example.com>, nonsense\nu2@example.com')
  expect(within(window).getByText('“nonsense” is no address')).toBeInTheDocument()
  await userEvent.clear(within(window).getByRole('combobox', { name: 'E-mail addresses' }))
  await userEvent.click(within(window).getByRole('button', { name: 'Invite 2 people' }))
  const result = await screen.findByRole('dialog', { name: '1 invitation made' }, wait)
  expect(sent).toEqual({ emails: ['ann@example.com', 'u2@example.com'], roles: ['agent'], teamIds: [], locale: 'en' })
  expect(within(result).getByLabelText('Link for ann@example.com')).toHaveValue('https://x.org/auth/invitation#t')
  expect(within(result).getByText('u2@example.com – is a member already')).toBeInTheDocument()
})

it('a revoked invitation can be taken back: the person is invited anew', async () => {
  let list = [anInvitation('ann@example.com')]
  const invited: unknown[] = []
  serve({
    'GET /api/team/invitations': () => json(200, { items: list }),
    'DELETE /api/team/invitations/ann@example.com': () => {
      list = []
      return json(204)
    },
    'POST /api/team/members/invite': async (r) => {
      invited.push(await r.json())
      list = [anInvitation('ann@example.com', { id: 'new' })]
      return json(201, { items: list, skipped: [] })
    },
  })
  await open({ tab: 'invitations' })
  await userEvent.click(await screen.findByRole('button', { name: 'Revoke: ann@example.com' }, wait))
  await screen.findByText('Nobody is waiting')
  await userEvent.click(await screen.findByRole('button', { name: 'Undo' }, wait))
  expect(await screen.findByText('ann@example.com')).toBeInTheDocument()
  expect(invited).toEqual([{ emails: ['ann@example.com'], roles: ['agent'], teamIds: [], locale: 'en' }])
})

it('a team needs a name, and says what the server has against it', async () => {
  serve({
    'POST /api/teams': () =>
      refusal(422, 'validation', [{ field: 'name', code: 'teams.name_taken', message: 'There is one of this name' }]),
  })
  await open({ tab: 'teams', new: true })
  const window = await screen.findByRole('dialog', { name: 'New team' }, wait)
  await userEvent.click(within(window).getByRole('button', { name: 'Create' }))
  expect(within(window).getByText('Enter a name')).toBeInTheDocument()
  await userEvent.type(within(window).getByRole('textbox', { name: 'Name' }), 'North')
  await userEvent.click(within(window).getByRole('button', { name: 'Create' }))
  expect(await within(window).findByText('There is one of this name')).toBeInTheDocument()
})
