import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeAll, expect, it, vi } from 'vitest'
import { loadTexts } from '@/shared/i18n'
import { aSession, json, mockServer, renderApp } from '@/test/app'
import DistributeDialog from './distribute-dialog'

vi.setConfig({ testTimeout: 20_000 })
beforeAll(() => loadTexts('records'))

const member = (id: string, name: string, clients: number) => ({ id, name, load: { clients, deals: 0, chats: 0 } })
const batch = { id: 'b1', kind: 'bulk', action: 'distribute', recordType: 'contact', status: 'completed' }
function serve(answer: () => Response) {
  const sent: unknown[] = []
  mockServer().mockImplementation(async (r) => {
    const { pathname } = new URL(r.url)
    if (pathname === '/api/team/members')
      return json(200, { items: [member('u1', 'Anna Petrova', 4), member('u2', 'Boris Orlov', 1)], page: {} })
    if (pathname !== '/api/team/clients/assign') return json(200, { items: [] })
    sent.push(await r.json())
    return answer()
  })
  return sent
}
const start = () =>
  json(202, { ...batch, total: 7, done: 7, conflicts: 0, createdAt: '2026-11-20T10:00:00Z', finishedAt: null })
const add = async (name: string) => {
  await userEvent.click(screen.getByRole('combobox', { name: /Among whom/ }))
  await userEvent.click(await screen.findByRole('option', { name: new RegExp(name) }))
}
const shown = () =>
  within(screen.getByRole('list', { name: 'Among whom' }))
    .getAllByRole('listitem')
    .map((i) => i.textContent)
const open = async (onClose = vi.fn()) => {
  await renderApp(
    <DistributeDialog
      kind="contact"
      which={{ ids: ['a', 'b'] }}
      count={7}
      isEstimate={false}
      onStarted={vi.fn()}
      onClose={onClose}
    />,
    aSession(),
  )
  return onClose
}

it('shows how many each will get, and asks for it', async () => {
  const sent = serve(start)
  const onClose = await open()
  await userEvent.click(screen.getByRole('button', { name: 'Give out' }))
  expect(screen.getByText('Choose two people at least')).toBeVisible()
  expect(sent).toEqual([])
  await add('Anna Petrova')
  await add('Boris Orlov')
  expect(shown()).toEqual([expect.stringContaining('gets 4'), expect.stringContaining('gets 3')])
  await userEvent.click(screen.getByRole('radio', { name: 'By load' }))
  expect(shown()).toEqual([expect.stringContaining('about 2'), expect.stringContaining('about 5')])
  await userEvent.click(screen.getByRole('button', { name: 'Give out' }))
  await vi.waitFor(() => expect(onClose).toHaveBeenCalled())
  expect(sent).toEqual([{ recordType: 'contact', ids: ['a', 'b'], people: ['u1', 'u2'], how: 'byLoad' }])
})

it('says what the server has against somebody, and stays', async () => {
  const message = 'You can take a record or leave it unassigned.'
  const details = [{ field: 'people[1]', code: 'owner.not_allowed', message }]
  serve(() => json(422, { error: 'Invalid', code: 'validation', requestId: 'r', details }))
  const onClose = await open()
  await add('Anna Petrova')
  await add('Boris Orlov')
  await userEvent.click(screen.getByRole('button', { name: 'Give out' }))
  expect(await screen.findByText(message)).toBeVisible()
  expect(onClose).not.toHaveBeenCalled()
  await userEvent.click(screen.getByRole('button', { name: 'Leave Boris Orlov out' }))
  expect(screen.queryByText(message)).toBeNull()
})
