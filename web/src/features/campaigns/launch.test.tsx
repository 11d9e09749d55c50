import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { aSession, json, mockServer, renderApp } from '@/test/app'
import { aCampaign } from './fixtures'
import LaunchDialog from './launch-dialog'
import type { Check, ForecastAnswer } from './types'

const session = aSession({ permissions: ['campaigns.read', 'campaigns.write', 'campaigns.start'] })
const forecast: ForecastAnswer = {
  contacts: 1200,
  forecast: {
    days: [{ date: '2026-03-11', begins: 60, followUps: 0, capacity: 60 }],
    finishesOn: '2026-04-08',
    leftOver: 0,
  },
  senders: [],
}
const fine: Check = { ready: true, problems: [], warnings: [{ code: 'w', message: 'Seven have no zone', count: 7 }] }
function serve(check: Check, start: () => Response) {
  const started: object[] = []
  mockServer().mockImplementation(async (r) => {
    const path = new URL(r.url).pathname
    if (path.endsWith('/check')) return json(200, check)
    if (path.endsWith('/forecast')) return json(200, forecast)
    started.push((await r.json()) as object)
    return start()
  })
  return started
}
const c = aCampaign({ version: 4 })

it('goes only after its name was typed', async () => {
  const onClose = vi.fn()
  const started = serve(fine, () => json(200, { ...c, state: 'running', version: 5 }))
  const { qc } = await renderApp(<LaunchDialog campaign={c} onJump={() => {}} onClose={onClose} />, session)
  expect(await screen.findByText('Seven have no zone')).toBeVisible()
  expect(screen.getByText('1,200')).toBeVisible()
  const launch = screen.getByRole('button', { name: 'Launch' })
  const confirm = await screen.findByRole('textbox', { name: /Spring outreach/ })
  await waitFor(() => expect(confirm).toBeEnabled())
  await userEvent.type(confirm, 'Spring')
  expect(launch).toBeDisabled()
  await userEvent.type(confirm, ' outreach')
  await userEvent.click(launch)
  await waitFor(() => expect(onClose).toHaveBeenCalled())
  expect(started).toEqual([{ confirm: 'Spring outreach', version: 4 }])
  expect(qc.getQueryData(['campaign', 'c1'])).toMatchObject({ state: 'running' })
})
it('cannot go while the check has found a problem, and leads to it', async () => {
  const onJump = vi.fn()
  serve({ ready: false, problems: [{ field: 'accountIds', code: 'x', message: 'Nobody sends' }], warnings: [] }, () =>
    json(500),
  )
  await renderApp(<LaunchDialog campaign={c} onJump={onJump} onClose={() => {}} />, session)
  expect(await screen.findByText('Nobody sends')).toBeVisible()
  expect(screen.getByRole('textbox', { name: /Spring outreach/ })).toBeDisabled()
  await userEvent.click(screen.getByRole('button', { name: 'Senders' }))
  expect(onJump).toHaveBeenCalledWith('senders')
})
it('says what the server has against it', async () => {
  serve(fine, () =>
    json(422, {
      error: 'Invalid',
      code: 'validation.failed',
      requestId: 'r',
      details: [{ field: 'audience', code: 'x', message: 'The audience is empty' }],
    }),
  )
  await renderApp(<LaunchDialog campaign={c} onJump={() => {}} onClose={() => {}} />, session)
  const confirm = await screen.findByRole('textbox', { name: /Spring outreach/ })
  await waitFor(() => expect(confirm).toBeEnabled())
  await userEvent.type(confirm, 'Spring outreach')
  await userEvent.click(screen.getByRole('button', { name: 'Launch' }))
  expect(await screen.findByText('The audience is empty')).toBeVisible()
})
