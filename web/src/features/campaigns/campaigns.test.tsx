import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { aSession, json, mockServer, renderApp } from '@/test/app'
import { CampaignsPage } from './campaigns-page'
import { aCampaign, NO_TOTALS } from './fixtures'
import NewCampaign from './new-campaign'
import type { Campaign } from './types'

const session = aSession({ permissions: ['campaigns.read', 'campaigns.write', 'campaigns.start'] })
const page = (items: Campaign[]) =>
  json(200, { items, page: { page: 1, limit: 50, total: items.length, totalIsEstimate: false, nextCursor: null } })
const running = aCampaign({
  id: 'r1',
  name: 'Autumn',
  state: 'running',
  startedAt: '2026-03-01T09:00:00Z',
  totals: { ...NO_TOTALS, enrolled: 40, sent: 40, replied: 10, finished: 10, stopped: 10, waiting: 20 },
  stops: { replied: 9, opted_out: 1 },
  days: [
    { day: '2026-03-01', sent: 30, replied: 4, positive: 1 },
    { day: '2026-03-02', sent: 10, replied: 6, positive: 0 },
  ],
})

const SPARK = 'svg[viewBox="0 0 96 30"]'
it('tells of each campaign how far it is, who answered, and why it stopped', async () => {
  mockServer().mockImplementation(async () => page([running, aCampaign()]))
  await renderApp(<CampaignsPage search={{}} onSearch={() => {}} />, session)
  const row = (await screen.findByRole('link', { name: 'Autumn' })).closest('li') as HTMLElement
  expect(within(row).getByText('Running')).toBeVisible()
  expect(within(row).getByText('20 of 40')).toBeVisible()
  expect(within(row).getByText('25%')).toBeVisible()
  expect(within(row).getByText('10 replies')).toBeVisible()
  expect(within(row).getByText('Opted out')).toBeVisible()
  expect(row.querySelector(SPARK)).not.toBeNull()
  const draft = screen.getByRole('link', { name: 'Spring outreach' }).closest('li') as HTMLElement
  expect(draft.querySelector(SPARK)).toBeNull()
  expect(within(row).getByRole('progressbar')).toHaveAttribute('aria-valuenow', '50')
  expect(screen.getAllByRole('listitem').length).toBeGreaterThan(1)
})
it('asks for one state, or for all that are at hand', async () => {
  const asked: (string | null)[] = []
  mockServer().mockImplementation(async (r) => {
    asked.push(new URL(r.url).searchParams.get('filter'))
    return page([running])
  })
  const view = await renderApp(<CampaignsPage search={{ state: 'running' }} onSearch={() => {}} />, session)
  await screen.findByRole('link', { name: 'Autumn' })
  view.unmount()
  await renderApp(<CampaignsPage search={{}} onSearch={() => {}} />, session)
  await waitFor(() => expect(asked).toHaveLength(2))
  expect(asked.map((f) => f && JSON.parse(f))).toEqual([{ field: 'state', op: 'eq', value: 'running' }, null])
})
it('explains itself where there is none yet, and offers to begin', async () => {
  mockServer().mockImplementation(async () => page([]))
  const onSearch = vi.fn()
  await renderApp(<CampaignsPage search={{}} onSearch={onSearch} />, session)
  expect(await screen.findByRole('heading', { name: 'No campaigns yet' })).toBeVisible()
  await userEvent.click(screen.getByRole('button', { name: 'New campaign' }))
  expect(onSearch).toHaveBeenCalledWith({ new: true })
})
it('offers nothing to whoever may only look, and says who helps those who may not', async () => {
  mockServer().mockImplementation(async () => page([]))
  const view = await renderApp(
    <CampaignsPage search={{}} onSearch={() => {}} />,
    aSession({ permissions: ['campaigns.read'] }),
  )
  await screen.findByRole('heading', { name: 'No campaigns yet' })
  expect(screen.queryByRole('button', { name: 'New campaign' })).toBeNull()
  view.unmount()
  await renderApp(<CampaignsPage search={{}} onSearch={() => {}} />, aSession({ permissions: [] }))
  expect(screen.getByText(/Ask an owner or an administrator/)).toBeVisible()
})

it('begins with a name and steps that are whole', async () => {
  const server = mockServer()
  let body: { name: string; steps: { action: { kind: string; variants?: { text: string }[] } }[] } | undefined
  server.mockImplementation(async (r) => {
    body = (await r.json()) as typeof body
    return json(201, aCampaign({ id: 'c9' }))
  })
  const { router } = await renderApp(<NewCampaign onClose={() => {}} />, session)
  await userEvent.click(await screen.findByRole('button', { name: 'Create' }))
  expect(screen.getByRole('textbox', { name: /Name/ })).toHaveAttribute('aria-invalid', 'true')
  expect(server).not.toHaveBeenCalled()
  await userEvent.type(screen.getByRole('textbox', { name: /Name/ }), ' Spring ')
  await userEvent.click(screen.getByRole('button', { name: 'Create' }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/campaigns/c9'))
  expect(body?.name).toBe('Spring')
  expect(body?.steps.map((s) => s.action.kind)).toEqual(['message', 'wait', 'message'])
  // What is filled in for each contact goes to the server as it is written.
  expect(body?.steps[0]?.action.variants?.[0]?.text).toContain('{{contact.firstName|there}}')
})
it('says at the field what the server has against the name', async () => {
  mockServer().mockImplementation(async () =>
    json(422, {
      error: 'Invalid',
      code: 'validation.failed',
      requestId: 'r',
      details: [{ field: 'name', code: 'x', message: 'There is one of this name' }],
    }),
  )
  await renderApp(<NewCampaign onClose={() => {}} />, session)
  await userEvent.type(await screen.findByRole('textbox', { name: /Name/ }), 'Spring')
  await userEvent.click(screen.getByRole('button', { name: 'Create' }))
  expect(await screen.findByText('There is one of this name')).toBeVisible()
})
