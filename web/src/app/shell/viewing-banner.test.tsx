import { act, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useSession } from '@/shared/session/session'
import { setSession } from '@/shared/session/session-query'
import { useViewChange, viewingOf } from '@/shared/session/viewing'
import { aSession, json, mockServer, renderApp } from '@/test/app'
import { useSameView } from './use-same-view'
import ViewingBanner from './viewing-banner'

/** A session that looks as Boris for so many minutes more. */
const looking = (minutes = 30) => {
  const until = new Date(Date.now() + minutes * 60_000).toISOString()
  return aSession({ ...({ viewingAs: { userId: 'u2', name: 'Boris Orlov', until } } as object) })
}
function Shell() {
  useSameView()
  const viewing = viewingOf(useSession())
  return viewing && <ViewingBanner viewing={viewing} />
}
/** A server whose session is the person's own again once the view was stopped. */
function serve(stopped = () => json(204)) {
  const server = mockServer()
  server.mockImplementation((r) => Promise.resolve(r.method === 'DELETE' ? stopped() : json(200, aSession())))
  return () => server.mock.calls.map(([r]) => `${r.method} ${new URL(r.url).pathname}`)
}
const banner = () => screen.queryByRole('region', { name: 'View as a member' })
beforeEach(() => useViewChange.setState({ changing: false, seen: undefined }))
afterEach(() => vi.unstubAllGlobals())

it('says as whom and for how long; nothing that was read so stays when it is stopped', async () => {
  const asked = serve()
  const { qc } = await renderApp(<Shell />, looking(28))
  qc.setQueryData(['contacts'], ['theirs'])
  expect(banner()).toHaveTextContent('You see Rapport as Boris Orlov sees it. Read only. 28 min left')
  await userEvent.click(within(banner() as HTMLElement).getByRole('button', { name: 'Stop' }))
  await waitFor(() => expect(banner()).toBeNull())
  expect(qc.getQueryData(['contacts'])).toBeUndefined()
  expect(asked()).toEqual(['DELETE /api/team/view-as', 'GET /api/auth/session'])
  await waitFor(() => expect(useViewChange.getState()).toEqual({ changing: false, seen: null }))
})

it('asks the server whether it has ended when its time is over, and stops nothing by the clock of the browser', async () => {
  const asked = serve()
  const { qc } = await renderApp(<Shell />, looking(0))
  qc.setQueryData(['contacts'], ['theirs'])
  await waitFor(() => expect(banner()).toBeNull())
  await waitFor(() => expect(qc.getQueryData(['contacts'])).toBeUndefined())
  expect(new Set(asked())).toEqual(new Set(['GET /api/auth/session']))
})

it('stays while the server says that it goes on', async () => {
  const server = mockServer()
  server.mockImplementation(() => Promise.resolve(json(200, looking(0))))
  await renderApp(<Shell />, looking(0))
  await waitFor(() => expect(server).toHaveBeenCalled())
  expect(server.mock.calls.map(([r]) => r.method)).not.toContain('DELETE')
  expect(banner()).toBeInTheDocument()
})

it('stays when it could not be stopped', async () => {
  const asked = serve(() => json(503, { error: 'Away', code: 'database.unavailable', requestId: 'r' }))
  await renderApp(<Shell />, looking())
  await userEvent.click(screen.getByRole('button', { name: 'Stop' }))
  await waitFor(() => expect(asked()).toEqual(['DELETE /api/team/view-as']))
  await waitFor(() => expect(screen.getByRole('button', { name: 'Stop' })).not.toHaveAttribute('aria-busy'))
  expect(banner()).toBeInTheDocument()
})

it('a view that ended elsewhere takes along what was read by it', async () => {
  serve()
  const { qc } = await renderApp(<Shell />, looking())
  qc.setQueryData(['contacts'], ['theirs'])
  act(() => setSession(qc, aSession()))
  await waitFor(() => expect(qc.getQueryData(['contacts'])).toBeUndefined())
  expect(banner()).toBeNull()
})

it('loads the page anew when the session cannot be read after the view was stopped', async () => {
  const reload = vi.fn()
  vi.stubGlobal('location', { ...location, reload })
  const server = mockServer()
  const away = () => json(503, { error: 'Away', code: 'database.unavailable', requestId: 'r' })
  server.mockImplementation((r) => Promise.resolve(r.method === 'DELETE' ? json(204) : away()))
  await renderApp(<Shell />, looking())
  await userEvent.click(screen.getByRole('button', { name: 'Stop' }))
  await waitFor(() => expect(reload).toHaveBeenCalledOnce())
  expect(useViewChange.getState().changing).toBe(true)
})
