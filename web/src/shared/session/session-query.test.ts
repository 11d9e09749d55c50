import { QueryClient } from '@tanstack/react-query'
import { expect, it } from 'vitest'
import { aSession, json, mockServer } from '@/test/app'
import { dropSession, getLoadedSession, hasSession, resetSession, setSession, setSessionUser } from './session-query'

it('a reset replaces the session and forgets every other answer', async () => {
  const qc = new QueryClient()
  setSession(qc, aSession())
  qc.setQueryData(['contacts'], [1])
  const seen: (string | undefined)[] = []
  qc.getQueryCache().subscribe(() => seen.push(getLoadedSession(qc)?.organization.name))
  mockServer().mockResolvedValueOnce(
    json(200, aSession({ organization: { ...aSession().organization, name: 'Other' } })),
  )
  await resetSession(qc)
  expect(getLoadedSession(qc)?.organization.name).toBe('Other')
  expect(qc.getQueryData(['contacts'])).toBeUndefined()
  expect(seen).not.toContain(undefined) // who watches the session never sees a gap
})
it('a change of the person leaves the rest of the session alone', () => {
  const qc = new QueryClient()
  setSessionUser(qc, { theme: 'dark' })
  expect(hasSession(qc)).toBe(false)
  setSession(qc, aSession())
  setSessionUser(qc, { theme: 'dark' })
  expect(getLoadedSession(qc)).toMatchObject({ user: { theme: 'dark', name: 'Anna Petrova' }, role: 'owner' })
  dropSession(qc)
  expect(hasSession(qc)).toBe(false)
})
