import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { aSession, json, mockServer, renderApp } from '@/test/app'
import EnrolmentsOf from './enrolments-of'
import { aCampaign, aLine, anEnrolment, NO_TOTALS, someStats } from './fixtures'
import RunningView from './running-view'
import type { CampaignSearch } from './search-params'
import type { Campaign, LogItem, OfContact, Stats } from './types'

const session = aSession({ permissions: ['campaigns.read', 'campaigns.write', 'campaigns.start'] })
const c = aCampaign({
  state: 'running',
  startedAt: '2026-03-10T09:00:00Z',
  totals: { ...NO_TOTALS, enrolled: 50, waiting: 10, finished: 30, stopped: 10 },
})
const filters = { Filter: () => null }
const view = (campaign: Campaign, search: CampaignSearch = {}) => (
  <RunningView campaign={campaign} filters={filters} search={search} onSearch={() => {}} />
)
const serve = (stats: Stats, write: (path: string) => Response = () => json(500)) =>
  mockServer().mockImplementation(async (r) => {
    const path = new URL(r.url).pathname
    if (r.method !== 'GET') return write(path)
    return path.endsWith('/stats') ? json(200, stats) : json(200, { items: [] })
  })

it('shows what became of each step, and why it stopped for whom', async () => {
  serve(someStats())
  await renderApp(view(c), session)
  const steps = await screen.findByRole('list', { name: 'Steps' })
  const first = within(steps).getAllByRole('listitem')[0] as HTMLElement
  expect(within(first).getByText('38')).toBeVisible()
  expect(within(first).getByText('95%')).toBeVisible()
  expect(document.querySelector('[data-total=replied]')).toHaveTextContent('8')
  expect(screen.getByRole('region', { name: 'Why it stopped' })).toHaveTextContent('Opted out1')
  expect(screen.getByRole('region', { name: 'Why not sent' })).toHaveTextContent(
    'One message a day is the most4 contacts',
  )
  expect(screen.getByRole('region', { name: 'Messages and replies by day' })).toBeVisible()
  expect(screen.getByRole('progressbar', { name: /Progress/ })).toHaveAttribute('aria-valuenow', '80')
})
it('says of nothing that there is nothing yet', async () => {
  serve({ ...someStats(), days: [], stops: {}, refusals: [] })
  await renderApp(view(c), session)
  expect(await screen.findByRole('region', { name: 'Why it stopped' })).toHaveTextContent('Nobody yet')
  expect(screen.queryByRole('region', { name: 'Why not sent' })).toBeNull()
  expect(screen.queryByRole('region', { name: 'Messages and replies by day' })).toBeNull()
})
it.each([
  ['manual', 'Nothing goes out until somebody resumes it.'],
  ['no_sender', 'Connect an account again'],
  ['steps', 'A condition asks for a field that is gone'],
  ['audience', 'The audience cannot be read any more'],
  ['something newer', 'Nothing goes out until somebody resumes it.'],
])('says what a pause by %s is about', async (pauseReason, text) => {
  serve(someStats())
  await renderApp(view({ ...c, state: 'paused', pauseReason }), session)
  expect(await screen.findByText(new RegExp(text))).toBeVisible()
  expect(screen.getByRole('button', { name: 'Resume' })).toBeVisible()
})
it('leads to the steps that stop it', async () => {
  serve(someStats())
  const paused = { ...c, state: 'paused' as const, pauseReason: 'steps' }
  const page = await renderApp(view(paused), session)
  const edit = await screen.findByRole('link', { name: 'Edit the steps' })
  expect(edit).toHaveAttribute('href', '/campaigns/c1?tab=setup')
  page.unmount()
  // One who may not change them is told all the same.
  await renderApp(view(paused), aSession({ permissions: ['campaigns.read'] }))
  expect(await screen.findByText('A condition asks for a field that is gone')).toBeVisible()
  expect(screen.queryByRole('link', { name: 'Edit the steps' })).toBeNull()
})
it('makes a copy where the audience of one that runs is gone', async () => {
  serve(someStats(), (path) => json(path.endsWith('/duplicate') ? 201 : 500, aCampaign({ id: 'c9' })))
  const paused = { ...c, state: 'paused' as const, pauseReason: 'audience', enrolling: true }
  const { router } = await renderApp(view(paused), session)
  const copy = await screen.findByRole('button', { name: 'Duplicate with another audience' })
  expect(screen.queryByText('Contacts are being added')).toBeNull()
  await userEvent.click(copy)
  await waitFor(() => expect(router.state.location.href).toBe('/campaigns/c9?at=audience'))
})
it('logs why, in the words of the server or its own', async () => {
  const lines: LogItem[] = [
    aLine({ id: '1', kind: 'refused', code: 'policy.day_cap', message: 'As many a day as there may be' }),
    aLine({ id: '2', kind: 'paused', contact: null, code: 'audience' }),
    aLine({ id: '3', kind: 'enrolled', contact: null, code: '200' }),
    aLine({ id: '4', kind: 'task', code: 'failed' }),
    aLine({ id: '5', kind: 'stopped', code: 'opted_out', message: 'Opted out, says the server' }),
    aLine({ id: '6', kind: 'not_started', contact: null, code: 'campaign.start.incomplete', message: 'No sender' }),
  ]
  mockServer().mockImplementation(async () => json(200, { items: lines, nextCursor: null }))
  await renderApp(view(c, { tab: 'log' }), session)
  const log = await screen.findByRole('region', { name: 'Log' })
  const texts = (await within(log).findAllByRole('listitem')).map((li) => li.textContent)
  expect(texts[0]).toContain('was not written toAs many a day as there may be')
  expect(texts[1]).toContain('PausedThe audience cannot be read any more')
  expect(texts[2]).toContain('200 contacts were added')
  expect(texts[3]).toContain('has a new taskfailed')
  expect(texts[4]).toContain('Opted out')
  expect(texts[5]).toContain('The campaign could not beginNo sender')
})
it('says in words what the test of two texts has found', async () => {
  const stats = someStats()
  const [step] = stats.steps
  if (!step) throw new Error('no step')
  const counts = { ...step.counts, replied: 2 }
  step.variants.push({ variantId: 's1-1', name: 'B', state: 'running', counts })
  const comparison = { leader: 's1-0', runnerUp: 's1-1', p: 0.034, level: 0.025, lift: 3 }
  step.judgement = { kind: 'open', comparison, nextAt: 200 }
  serve(stats)
  await renderApp(view(c), session)
  expect(await screen.findByText(/A leads \(\+300%\)/)).toBeVisible()
  expect(screen.getByText(/p = 0.034, needed below 0.025/)).toBeVisible()
})
it('pauses one step at once, and takes it back when that is refused', async () => {
  let paused = 0
  serve(someStats(), (path) => {
    paused += path.endsWith('/steps/s1/pause') ? 1 : 0
    return json(409, { error: 'Not now', code: 'campaign.state', requestId: 'r' })
  })
  const { qc } = await renderApp(view(c), session)
  await userEvent.click(await screen.findByRole('button', { name: 'Pause Step 1: Message' }))
  await waitFor(() => expect(paused).toBe(1))
  expect(qc.getQueryData<Campaign>(['campaign', 'c1'])?.steps[0]?.held).toBe(false)
})
it('lets nobody pause it who may not', async () => {
  serve(someStats())
  await renderApp(view(c), aSession({ permissions: ['campaigns.read'] }))
  await screen.findByRole('list', { name: 'Steps' })
  expect(screen.queryByRole('button', { name: /Pause/ })).toBeNull()
})

/** With the answer for consents, which are asked for beside. */
const ofContact = (change: Partial<OfContact> = {}): OfContact & { items: [] } => ({
  items: [],
  enrolments: [anEnrolment()],
  refusals: [],
  verdicts: [],
  ...change,
})
it('tells on the page of a contact why nothing goes to them', async () => {
  mockServer().mockImplementation(async () =>
    json(
      200,
      ofContact({
        verdicts: [
          {
            channel: 'telegram',
            allowed: false,
            reasons: [{ code: 'policy.opted_out', message: 'They asked not to be written to' }],
            notBefore: null,
          },
        ],
        refusals: [
          {
            campaign: { id: 'c1', name: 'Spring outreach' },
            code: 'policy.day_cap',
            message: 'One message a day is the most',
            at: '2026-03-10T09:00:00Z',
            count: 3,
          },
        ],
      }),
    ),
  )
  await renderApp(<EnrolmentsOf contact={{ id: 'k1', name: 'Elena' }} readOnly={false} />, session)
  const why = await screen.findByRole('button', { name: /Why not sent/ })
  await userEvent.click(why)
  expect(screen.getByText('They asked not to be written to')).toBeVisible()
  expect(screen.getByText(/3 times/)).toBeVisible()
})
it('stops it for a contact at once', async () => {
  let now = ofContact()
  mockServer().mockImplementation(async (r) => {
    if (r.method === 'GET') return json(200, now)
    const stopped = anEnrolment({ state: 'stopped', cause: 'manual', endedAt: '2026-03-11T09:00:00Z' })
    now = ofContact({ enrolments: [stopped] })
    return json(200, stopped)
  })
  await renderApp(<EnrolmentsOf contact={{ id: 'k1', name: 'Elena' }} readOnly={false} />, session)
  await userEvent.click(await screen.findByRole('button', { name: 'More for Spring outreach' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Stop' }))
  expect(await screen.findByText('By hand')).toBeVisible()
})
it('shows it as it was when that is refused', async () => {
  mockServer().mockImplementation(async (r) =>
    r.method === 'GET' ? json(200, ofContact()) : json(403, { error: 'No', code: 'forbidden', requestId: 'r' }),
  )
  await renderApp(<EnrolmentsOf contact={{ id: 'k1', name: 'Elena' }} readOnly={false} />, session)
  await userEvent.click(await screen.findByRole('button', { name: 'More for Spring outreach' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Stop' }))
  expect(await screen.findByText('On the way')).toBeVisible()
  await waitFor(() => expect(screen.queryByText('By hand')).toBeNull())
})
