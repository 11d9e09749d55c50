import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { aSession, json, mockServer, renderApp } from '@/test/app'
import { ConsentsOf } from './consents'
import { byReason, isTooMany } from './enrol'
import EnrolDialog from './enrol-dialog'
import { aCampaign } from './fixtures'
import type { Campaign, Reason } from './types'

const session = aSession({ permissions: ['campaigns.read', 'campaigns.write'] })
const running = aCampaign({ state: 'running', name: 'Renewals' })
const mine = aCampaign({
  id: 'c2',
  name: 'Mine',
  audience: {
    source: { kind: 'contacts', contactIds: ['k1'] },
    exclude: { writtenToWithinDays: null, campaignIds: [], contactIds: [] },
  },
})
const filtered = aCampaign({ id: 'c3', name: 'By filter' })
const reason = (code: string, message: string): Reason => ({ code, message, params: {}, until: null })

type Sent = { method: string; path: string; body: unknown }
function serve(answer: (sent: Sent) => Response) {
  const sent: Sent[] = []
  const all: Campaign[] = [running, mine, filtered]
  mockServer().mockImplementation(async (r) => {
    const url = new URL(r.url)
    if (r.method !== 'GET') {
      const one = { method: r.method, path: url.pathname, body: await r.json() }
      sent.push(one)
      return answer(one)
    }
    const filter = JSON.parse(url.searchParams.get('filter') ?? '{}') as { value?: string }
    const items = all.filter((c) => c.state === filter.value)
    return json(200, { items, page: { page: 1, limit: 50, total: items.length, nextCursor: null } })
  })
  return sent
}
const pick = async (name: RegExp) => {
  await userEvent.click(await screen.findByRole('combobox', { name: /Campaign/ }))
  await userEvent.click(await screen.findByRole('option', { name }))
}

it('says whom a campaign did not take, and why', async () => {
  const names = new Map([['k1', 'Elena'], ['k2', 'Igor'], ['k3', 'Vera']]) // biome-ignore format: pairs
  const sent = serve(() =>
    json(200, {
      enrolled: 1,
      refused: [
        { contactId: 'k2', reasons: [reason('enrolment.already_in', 'Is in it already.')] },
        { contactId: 'k3', reasons: [reason('enrolment.already_in', 'Is in it already.')] },
      ],
    }),
  )
  await renderApp(
    <EnrolDialog who={{ ids: [...names.keys()], nameOf: (id) => names.get(id) }} onClose={() => {}} />,
    session,
  )
  await pick(/Renewals/)
  await userEvent.click(screen.getByRole('button', { name: 'Add' }))
  expect(await screen.findByText('1 added, 2 not')).toBeVisible()
  expect(screen.getByText('Is in it already.')).toBeVisible()
  expect(screen.getByText(/Igor/)).toHaveTextContent('Vera')
  expect(sent).toEqual([
    { method: 'POST', path: '/api/campaigns/c1/enrolments', body: { contactIds: ['k1', 'k2', 'k3'] } },
  ])
})
it('names them in a draft that names its people, and leaves one that has a filter alone', async () => {
  const onClose = vi.fn()
  const sent = serve(() => json(200, mine))
  await renderApp(<EnrolDialog who={{ ids: ['k2'], name: 'Igor' }} onClose={onClose} />, session)
  await pick(/By filter/)
  expect(await screen.findByText(/takes its people from/)).toBeVisible()
  expect(screen.getByRole('button', { name: 'Add' })).toBeDisabled()
  await userEvent.click(screen.getByRole('combobox', { name: /Campaign/ }))
  await userEvent.clear(screen.getByRole('combobox', { name: /Campaign/ }))
  await userEvent.click(await screen.findByRole('option', { name: /Mine/ }))
  await userEvent.click(screen.getByRole('button', { name: 'Add' }))
  await waitFor(() => expect(onClose).toHaveBeenCalled())
  expect(sent[0]).toMatchObject({
    method: 'PATCH',
    path: '/api/campaigns/c2',
    body: { audience: { source: { kind: 'contacts', contactIds: ['k1', 'k2'] } }, version: 1 },
  })
})
it('makes a campaign of a filter that finds more than can be added', async () => {
  const filter = { field: 'tags', op: 'contains', value: 'vip' }
  const who = { filter, search: null, count: 2400, isEstimate: false }
  const sent = serve(() => json(201, filtered))
  await renderApp(<EnrolDialog who={who} onClose={() => {}} />, session)
  expect(await screen.findByText(/2,400 are chosen/)).toBeVisible()
  expect(screen.queryByRole('button', { name: 'Add' })).toBeNull()
  await userEvent.click(screen.getByRole('button', { name: 'New campaign from this filter' }))
  await waitFor(() => expect(sent).toHaveLength(1))
  expect(sent[0]).toMatchObject({
    path: '/api/campaigns',
    body: { audience: { source: { kind: 'filter', filter, search: null } } },
  })
})
it('groups what was refused by its first reason, the most frequent first', () => {
  const groups = byReason([
    { contactId: 'a', reasons: [reason('x', 'X')] },
    { contactId: 'b', reasons: [reason('y', 'Y'), reason('x', 'X')] },
    { contactId: 'c', reasons: [reason('y', 'Y')] },
  ])
  expect(groups.map((g) => [g.reason.code, g.ids])).toEqual([
    ['y', ['b', 'c']],
    ['x', ['a']],
  ])
  expect(isTooMany({ ids: Array.from({ length: 1000 }, String) })).toBe(false)
  expect(isTooMany({ filter: null, search: null, count: 1001, isEstimate: false })).toBe(true)
})

it('keeps what a contact wants at once, and takes it back when that is refused', async () => {
  const contact = { id: 'k1', name: 'Elena' }
  let refuse = false
  let answer = () => {}
  const items = [{ channel: 'telegram', state: 'granted', source: 'reply', at: '2026-03-01T09:00:00Z' }]
  mockServer().mockImplementation(async (r) => {
    if (r.method === 'GET') return json(200, { items })
    const said = (await r.json()) as { channel: string; state: string }
    await new Promise<void>((go) => {
      answer = go
    })
    if (refuse) return json(403, { error: 'No', code: 'forbidden', requestId: 'r' })
    return json(200, { items: [{ ...said, source: 'manual', at: '2026-03-02T09:00:00Z' }] })
  })
  await renderApp(<ConsentsOf contact={contact} readOnly={false} />, session)
  const telegram = within(await screen.findByRole('group', { name: 'May we write? Telegram' }))
  expect(telegram.getByRole('radio', { name: 'Yes' })).toBeChecked()
  expect(screen.getByText('in a reply, Mar 1')).toBeVisible()
  await userEvent.click(telegram.getByRole('radio', { name: 'No' }))
  await waitFor(() => expect(telegram.getByRole('radio', { name: 'No' })).toBeChecked())
  answer()
  expect(await screen.findByText('noted by hand, Mar 2')).toBeVisible()
  refuse = true
  await userEvent.click(telegram.getByRole('radio', { name: 'Yes' }))
  await waitFor(() => expect(telegram.getByRole('radio', { name: 'Yes' })).toBeChecked())
  answer()
  await waitFor(() => expect(telegram.getByRole('radio', { name: 'No' })).toBeChecked())
})
