import { screen } from '@testing-library/react'
import { beforeEach, expect, it, vi } from 'vitest'
import { aSession, json, mockServer, renderApp } from '@/test/app'
import { aChat, aMessage } from './fixtures'
import { MessageRow, type RowActions } from './message-row'
import type { Message } from './types'

const actions: RowActions = {
  reply: vi.fn(),
  edit: vi.fn(),
  remove: vi.fn(),
  react: vi.fn(),
  cancel: vi.fn(),
  retry: vi.fn(),
  drop: vi.fn(),
  jump: vi.fn(),
}
beforeEach(() => {
  mockServer().mockImplementation(async () => json(200, {}))
})
const open = (message: Message) =>
  renderApp(
    <MessageRow
      row={{ kind: 'message', key: message.id, message, album: [message], first: true, last: true }}
      chat={aChat()}
      group={false}
      writable
      lit={false}
      actions={actions}
    />,
    aSession(),
  )

it('says that a campaign sent a message', async () => {
  await open(aMessage({ direction: 'out', text: 'Any news?', program: { kind: 'campaign', id: 'p1' } }))
  expect(await screen.findByText('Any news?')).toBeVisible()
  expect(screen.getByText('Campaign')).toBeVisible()
})

it('says nothing of the kind of what a person wrote', async () => {
  await open(aMessage({ direction: 'out', text: 'Hello there' }))
  expect(await screen.findByText('Hello there')).toBeVisible()
  expect(screen.queryByText('Campaign')).toBeNull()
})
