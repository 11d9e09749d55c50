import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { json, mockServer, renderApp } from '@/test/app'
import { audienceOptions } from './api'
import { aCampaign } from './fixtures'
import RehearsePart from './rehearse-part'
import type { AudiencePreview, Rehearsal, RehearsalReport, RehearseInput } from './types'
import type { Editing } from './use-draft'

const c = aCampaign()
const editing: Editing = {
  ...{ campaign: c, steps: c.steps, status: 'saved', refused: {}, mayEdit: true },
  ...{ change: () => {}, flush: async () => true },
}
const report: RehearsalReport = { days: {}, variants: {}, senders: {}, onTheWay: 0, notBegun: 0 }
const rehearsal = (change: Partial<Rehearsal> = {}): Rehearsal => ({
  ...{ id: 'h1', state: 'done', result: report, outdated: false, at: '2026-03-10T09:00:00Z' },
  ...change,
})
/** `answers`: what there is of a rehearsal before one is asked for, and after. */
function serve(...answers: [before: Rehearsal | null, after?: Rehearsal]) {
  const bodies: RehearseInput[] = []
  mockServer().mockImplementation(async (r) => {
    if (r.method === 'POST') {
      bodies.push((await r.json()) as RehearseInput)
      return json(202, rehearsal({ state: 'running', result: null }))
    }
    const now = bodies.length > 0 ? answers[1] : answers[0]
    return json(200, now ?? { id: null, state: 'none', result: null, outdated: false, at: null })
  })
  return bodies
}
const counted = (count: number): AudiencePreview => ({
  ...{ count, isEstimate: false, looked: count, eligible: count, exclusions: [], sample: [] },
})
async function show(count?: number) {
  const view = await renderApp(<RehearsePart editing={editing} />)
  if (count !== undefined) view.qc.setQueryData(audienceOptions(c.id, c.audience).queryKey, counted(count))
  return view
}
const quick = () => screen.findByRole('radio', { name: 'Quick' })
const network = () => screen.findByRole('radio', { name: 'Through the sandbox network (up to 200 people)' })
const run = async () => userEvent.click(await screen.findByRole('button', { name: 'Rehearse' }))

it('goes through the network where the whole audience can take part', async () => {
  const bodies = serve(null, rehearsal({ result: { ...report, mode: 'network' } }))
  await show(200)
  await waitFor(async () => expect(await network()).toBeChecked())
  expect(await network()).toHaveAccessibleDescription(/may take a minute/)
  expect(screen.getByRole('spinbutton', { name: 'People at most' })).toHaveValue(200)
  await run()
  expect(await screen.findByText('Played through the sandbox network')).toBeVisible()
  expect(bodies).toEqual([{ days: 14, people: 200, mode: 'network' }])
})
it.each([[201], [undefined]])('is quick for an audience of %s', async (count) => {
  const bodies = serve(null, rehearsal({ result: { ...report, mode: 'quick' } }))
  await show(count)
  expect(await quick()).toBeChecked()
  await run()
  expect(await screen.findByText('Played quickly, by the rules alone')).toBeVisible()
  expect(bodies).toEqual([{ days: 14, people: 500, mode: 'quick' }])
  expect(screen.queryByText(/The network could not/)).toBeNull()
})
it('does as it is told, and says when the network could not', async () => {
  const bodies = serve(null, rehearsal({ result: { ...report, mode: 'quick' } }))
  await show(900)
  await userEvent.click(await network())
  await run()
  expect(await screen.findByText(/The network could not play it in time/)).toBeVisible()
  expect(bodies[0]).toMatchObject({ mode: 'network', people: 200 })
})
it('says of an older one nothing about how it was played', async () => {
  serve(rehearsal())
  await show()
  await screen.findByRole('region', { name: 'Result of the rehearsal' })
  expect(document.querySelector('[data-mode]')).toBeNull()
})
it('offers another one once the campaign has changed', async () => {
  const bodies = serve(rehearsal({ outdated: true }), rehearsal())
  await show(10)
  expect(await screen.findByText('The campaign changed since')).toBeVisible()
  const [head, again] = screen.getAllByRole('button', { name: 'Rehearse again' })
  await userEvent.click(again as HTMLElement)
  await waitFor(() => expect(screen.queryByText('The campaign changed since')).toBeNull())
  expect(bodies).toHaveLength(1)
  // Not lost with the button that was pressed.
  expect(head).toHaveFocus()
})
