import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, it } from 'vitest'
import { useTheme } from '@/shared/theme/theme'
import { aSession, json, mockServer, renderApp } from '@/test/app'
import { overlap, usePreferences } from './preferences'
import { getLoadedSession } from './session-query'

function Dark() {
  const { save } = usePreferences()
  return (
    <button type="button" onClick={() => save({ theme: 'dark' })}>
      Dark
    </button>
  )
}
function Keys() {
  const { save } = usePreferences()
  return (
    <>
      <button type="button" onClick={() => save({ shortcuts: { create: 'Q' } })}>
        Q
      </button>
      <button type="button" onClick={() => save({ shortcuts: { create: 'U' } })}>
        U
      </button>
    </>
  )
}
const saved = (version: number, theme = 'dark') => json(200, { locale: 'en', timeZone: 'UTC', theme, version })
const conflict = (theme: string) =>
  json(409, {
    error: 'Changed',
    code: 'version.conflict',
    requestId: 'r',
    details: [],
    conflict: { current: { ...aSession().user, theme, name: 'Ann', version: 9 } },
  })
const wait = { timeout: 5000 } // the first toast brings the toaster along
const press = (name = 'Dark') => userEvent.click(screen.getByRole('button', { name }))
beforeEach(() => useTheme.getState().setTheme('light'))

it('works at once and keeps the version for the next change', async () => {
  const server = mockServer()
  let answer: (r: Response) => void = () => {}
  server.mockReturnValueOnce(
    new Promise((done) => {
      answer = done
    }),
  )
  const { qc } = await renderApp(<Dark />)
  await press()
  expect(useTheme.getState().theme).toBe('dark') // no answer yet
  await waitFor(() => expect(server).toHaveBeenCalledOnce())
  expect(await server.mock.calls[0]?.[0].json()).toEqual({ theme: 'dark', version: 3 })
  answer(saved(4))
  await waitFor(() => expect(getLoadedSession(qc)?.user.version).toBe(4))
})
it('takes the choice back when it cannot be saved', async () => {
  mockServer().mockResolvedValueOnce(json(500, { error: 'Broken', code: 'internal', requestId: 'r', details: [] }))
  const { qc } = await renderApp(<Dark />)
  await press()
  expect((await screen.findAllByText('The preference was not saved', {}, wait))[0]).toBeInTheDocument()
  expect([useTheme.getState().theme, getLoadedSession(qc)?.user.theme]).toEqual(['light', 'light'])
})
it('a change of something else meanwhile is no conflict', async () => {
  const server = mockServer()
  server.mockResolvedValueOnce(conflict('light')).mockResolvedValueOnce(saved(10))
  const { qc } = await renderApp(<Dark />)
  await press()
  await waitFor(() => expect(getLoadedSession(qc)?.user).toMatchObject({ theme: 'dark', name: 'Ann', version: 10 }))
  expect(await server.mock.calls[1]?.[0].json()).toEqual({ theme: 'dark', version: 9 })
  expect(screen.queryByText('Changed on another device too')).toBeNull()
})
it('the same setting changed meanwhile: mine stays, theirs is offered', async () => {
  const server = mockServer()
  server
    .mockResolvedValueOnce(conflict('system'))
    .mockResolvedValueOnce(saved(10))
    .mockResolvedValueOnce(saved(11, 'system'))
  await renderApp(<Dark />)
  await press()
  expect(await screen.findByText('Changed on another device too', {}, wait)).toBeInTheDocument()
  expect(useTheme.getState().theme).toBe('dark')
  await press('Take theirs')
  expect(useTheme.getState().theme).toBe('system')
})
it('only what both changed, to different values, overlaps', () => {
  expect(overlap({ theme: 'dark' }, { theme: 'light' }, { theme: 'light' })).toEqual({})
  expect(overlap({ theme: 'dark' }, { theme: 'light' }, { theme: 'dark' })).toEqual({})
  expect(overlap({ theme: 'dark' }, { theme: 'light' }, { theme: 'system' })).toEqual({ theme: 'system' })
})
it('a choice made while another one is being saved stays', async () => {
  const server = mockServer()
  let answer: (r: Response) => void = () => {}
  server.mockReturnValueOnce(
    new Promise((done) => {
      answer = done
    }),
  )
  server.mockReturnValueOnce(new Promise(() => {}))
  const { qc } = await renderApp(<Keys />)
  await press('Q')
  await press('U')
  await waitFor(() => expect(server).toHaveBeenCalledOnce())
  answer(json(200, { locale: 'en', timeZone: 'UTC', theme: 'light', shortcuts: { create: 'Q' }, version: 4 }))
  await waitFor(() => expect(server).toHaveBeenCalledTimes(2))
  expect(await server.mock.calls[1]?.[0].json()).toEqual({ shortcuts: { create: 'U' }, version: 4 })
  expect(getLoadedSession(qc)?.user.shortcuts).toEqual({ create: 'U' })
})
it('keys are the same when they say the same', () => {
  const base = { shortcuts: { create: 'Q', edit: null } }
  expect(overlap({ shortcuts: {} }, base, { shortcuts: { edit: null, create: 'Q' } })).toEqual({})
  const theirs = { shortcuts: { create: 'U' } }
  expect(overlap({ shortcuts: {} }, base, theirs)).toEqual(theirs)
})
