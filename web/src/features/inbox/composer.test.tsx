import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { createRef } from 'react'
import { beforeEach, expect, it } from 'vitest'
import { aSession, json, mockServer, renderApp } from '@/test/app'
import { actionsOf } from './actions'
import { Composer, type ComposerHandle } from './composer'
import { aChat, aMessage, anAccount } from './fixtures'
// Comes by itself in a browser; here its first load takes longer than a test waits.
import './policy-line'
import type { Chat } from './types'

const session = aSession({
  permissions: ['messaging.chats.read', 'messaging.chats.write', 'messaging.messages.send', 'bd.accounts.read'],
})
let sent: { method: string; path: string; body: Record<string, unknown> }[]
let account = anAccount()
beforeEach(() => {
  sent = []
  account = anAccount()
  mockServer().mockImplementation(async (r) => {
    const path = new URL(r.url).pathname
    if (r.method === 'GET' && path.includes('bd-accounts')) return json(200, account)
    if (r.method === 'GET')
      return json(200, {
        items: [
          {
            id: 't1',
            name: 'Greeting',
            shortcut: 'hi',
            text: 'Hi {{contact.firstName}}',
            shared: true,
            ownerId: null,
            version: 1,
          },
        ],
      })
    const body = (await r.json()) as Record<string, unknown>
    if (path.endsWith('/render')) return json(200, { text: 'Hi Elena', missing: [] })
    sent.push({ method: r.method, path, body })
    if (path.endsWith('/send')) return json(201, aMessage({ id: 'm9', direction: 'out', text: String(body['text']) }))
    if (path.endsWith('/comments'))
      return json(201, {
        id: 'k1',
        chatId: 'c1',
        text: body['text'],
        author: null,
        createdAt: '',
        editedAt: null,
        version: 1,
      })
    return new Response(null, { status: 204 })
  })
})
async function open(
  chat: Chat = aChat({
    lastMessage: {
      id: 'm1',
      text: 'Hello',
      direction: 'in',
      status: 'received',
      at: '',
      mediaKind: null,
      senderName: null,
    },
  }),
) {
  const handle = createRef<ComposerHandle>()
  const view = await renderApp(<div />, session)
  view.unmount()
  const shown = await renderApp(
    <Composer
      chat={chat}
      actions={actionsOf(view.qc)}
      lastOfOurs={() => undefined}
      handle={handle as { current: ComposerHandle | null }}
    />,
    session,
  )
  return { ...shown, handle, user: userEvent.setup() }
}
const field = () => screen.getByRole('textbox', { name: 'Message' })
const sends = () => sent.filter((s) => s.path.endsWith('/send')).map((s) => s.body)

it('sends what is set off as such, with Enter', async () => {
  const { user } = await open()
  await user.type(field(), 'A **bold** word{Enter}')
  await waitFor(() => expect(sends()).toHaveLength(1))
  expect(sends()[0]).toMatchObject({
    text: 'A bold word',
    entities: [{ kind: 'bold', offset: 2, length: 4 }],
    undoSeconds: 5,
  })
  expect(field()).toHaveValue('')
})
it('Shift and Enter is a new line, and nothing is not sent', async () => {
  const { user } = await open()
  await user.type(field(), '{Enter}')
  await user.type(field(), 'one{Shift>}{Enter}{/Shift}two')
  expect(field()).toHaveValue('one\ntwo')
  expect(sends()).toEqual([])
})
it('fills in a template behind a slash', async () => {
  const { user } = await open()
  await user.type(field(), 'So: /h')
  expect(await screen.findByRole('option', { name: /Greeting/ })).toBeVisible()
  expect(await screen.findByText('Hi Elena')).toBeVisible()
  await user.keyboard('{Enter}')
  await waitFor(() => expect(screen.getByRole('textbox', { name: 'Message' })).toHaveValue('So: Hi Elena'))
})
it('keeps a draft once the typing pauses', async () => {
  const { user } = await open()
  await user.type(field(), 'Later')
  await waitFor(
    () => expect(sent.find((s) => s.path.endsWith('/draft'))?.body).toEqual({ text: 'Later', replyTo: null }),
    {
      timeout: 3000,
    },
  )
})
it('goes on with the draft of another device', async () => {
  await open(aChat({ draft: { text: 'Begun elsewhere', at: '', replyTo: null } }))
  expect(field()).toHaveValue('Begun elsewhere')
})
it('a note is no message', async () => {
  const { user } = await open()
  await user.click(screen.getByRole('button', { name: 'Internal note' }))
  await user.type(await screen.findByRole('textbox', { name: 'Internal note' }), 'Ask Olga{Control>}{Enter}{/Control}')
  await waitFor(() => expect(sent.find((s) => s.path.endsWith('/comments'))?.body).toEqual({ text: 'Ask Olga' }))
  expect(sends()).toEqual([])
})
it('an account that is not connected leads to the way back', async () => {
  account = anAccount({ isConnected: false, status: 'reauth_required', statusText: 'Sign in again' })
  await open()
  expect(await screen.findByRole('link', { name: 'Reconnect' })).toHaveAttribute('href', '/accounts/a1')
  expect(screen.getByText('Sign in again')).toBeVisible()
  expect(screen.queryByRole('textbox', { name: 'Message' })).toBeNull()
})
it('warns of a first contact', async () => {
  await open(aChat())
  expect(await screen.findByText(/First contact: 6 left today/)).toBeVisible()
})

const VERDICT = {
  allowed: false,
  reasons: [
    { code: 'policy.suppressed', message: 'Listed.', params: { reason: 'opted_out' }, until: null },
    { code: 'policy.opted_out', message: 'Opted out.', params: { channel: 'telegram' }, until: null },
    { code: 'policy.day_cap', message: 'Enough for today.', params: {}, until: '2020-01-01T00:00:00Z' },
  ],
  notBefore: null,
}
async function openTo(chat: Chat, permissions: string[]) {
  const asked: URL[] = []
  mockServer().mockImplementation(async (r) => {
    const url = new URL(r.url)
    if (url.pathname.endsWith('/policy/check')) {
      asked.push(url)
      return json(200, VERDICT)
    }
    return url.pathname.includes('bd-accounts') ? json(200, account) : json(200, { items: [] })
  })
  const who = aSession({ permissions: [...session.permissions, ...permissions] })
  const view = await renderApp(<div />, who)
  view.unmount()
  const handle = { current: null }
  await renderApp(
    <Composer chat={chat} actions={actionsOf(view.qc)} lastOfOurs={() => undefined} handle={handle} />,
    who,
  )
  return asked
}
it('warns of what the contact asked for, and lets one write all the same', async () => {
  const asked = await openTo(aChat({ contactId: 'k1' }), ['campaigns.read'])
  const line = await screen.findByText('Asked not to be written to on Telegram')
  expect(asked.map((u) => Object.fromEntries(u.searchParams))).toEqual([
    { contactId: 'k1', channel: 'telegram', purpose: 'manual' },
  ])
  await userEvent.click(line)
  const popover = await screen.findByRole('dialog', { name: 'Before you write' })
  // Neither what waiting has cured is told, nor the same twice.
  expect(popover).not.toHaveTextContent('Enough for today')
  expect(popover).not.toHaveTextContent('suppression list')
  await userEvent.keyboard('{Escape}')
  await userEvent.type(field(), 'Hello')
  expect(screen.getByRole('button', { name: 'Send' })).toBeEnabled()
})
it('asks nothing of the policy for those who may not see campaigns, of a group or of nobody known', async () => {
  const refused = await openTo(aChat({ contactId: 'k1' }), [])
  expect(await screen.findByRole('textbox', { name: 'Message' })).toBeVisible()
  const group = await openTo(aChat({ contactId: 'k1', kind: 'group' }), ['campaigns.read'])
  const unknown = await openTo(aChat(), ['campaigns.read'])
  await new Promise((r) => setTimeout(r, 50))
  expect([refused, group, unknown].flat()).toEqual([])
})
