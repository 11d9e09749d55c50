import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { beforeAll, expect, it, vi } from 'vitest'
import { loadTexts } from '@/shared/i18n'
import { aSession, json, mockServer, renderApp } from '@/test/app'
import type { Activity } from './activity'
import ActivityTab from './activity-tab'
import { aMember, page } from './fixtures'
import type { TeamSearch } from './search-params'

vi.setConfig({ testTimeout: 20_000 })
beforeAll(() => loadTexts('team', 'audit', 'records', 'pipeline'))

const entry = (number: number, change: Partial<Activity> = {}): Activity => ({
  number,
  at: '2026-11-20T10:00:00Z',
  actor: { id: 'u2', name: 'Boris Orlov' },
  action: 'contact.updated',
  record: { kind: 'contact', id: 'c1', name: 'Clara' },
  count: 1,
  fields: ['jobTitle', 'tags'],
  ...change,
})
type Answer = { items: Activity[]; nextCursor: string | null }
/** A server whose log has these pages, whatever is asked for; what it was asked. */
function serve(pages: (Answer | Response)[]) {
  const asked: string[] = []
  mockServer().mockImplementation((r) => {
    const url = new URL(r.url)
    if (url.pathname === '/api/team/members') return Promise.resolve(json(200, page([aMember('u2', 'Boris Orlov')])))
    if (url.pathname !== '/api/team/activity') return Promise.resolve(json(200, { items: [] }))
    asked.push(url.search)
    const next = pages.shift() ?? { items: [], nextCursor: null }
    return Promise.resolve(next instanceof Response ? next : json(200, next))
  })
  return asked
}
function Tab({ start }: { start: TeamSearch }) {
  const [search, setSearch] = useState(start)
  return <ActivityTab search={search} onSearch={setSearch} />
}
const open = (start: TeamSearch = { tab: 'activity' }) => renderApp(<Tab start={start} />, aSession())
const list = () => screen.findByRole('list', { name: 'What members did' })

it('tells who did what to which record, and links to what is there', async () => {
  const many = entry(2, { count: 40, fields: [], record: { kind: 'deal', id: 'd1', name: 'Big' } })
  const gone = entry(1, { action: 'contact.purged', fields: [], record: { kind: 'contact', id: 'c2', name: null } })
  serve([{ items: [entry(3), many, gone], nextCursor: null }])
  await open()
  const [first, second, third] = within(await list()).getAllByRole('listitem')
  expect(first).toHaveTextContent('Boris Orlov Contact: changed')
  expect(first).toHaveTextContent('Job title, Tags')
  expect(within(first as HTMLElement).getByRole('link', { name: 'Clara' })).toHaveAttribute('href', '/contacts/c1')
  expect(second).toHaveTextContent('and 39 more')
  expect(within(third as HTMLElement).queryByRole('link')).toBeNull()
  expect(screen.getByText('That is the beginning of the log.')).toBeVisible()
})

it('looks past pages with nothing to tell, and asks before it goes on', async () => {
  const asked = serve([
    { items: [], nextCursor: '90' },
    { items: [entry(80)], nextCursor: '70' },
    { items: [entry(60)], nextCursor: null },
  ])
  await open()
  expect(within(await list()).getAllByRole('listitem')).toHaveLength(1)
  expect(asked).toEqual(['?limit=50', '?cursor=90&limit=50'])
  await userEvent.click(screen.getByRole('button', { name: 'Show more' }))
  await screen.findByText('That is the beginning of the log.')
  expect(within(await list()).getAllByRole('listitem')).toHaveLength(2)
})

it('is asked by member; a filter that finds nothing can be cleared', async () => {
  const whole = { items: [entry(1)], nextCursor: null }
  const asked = serve([whole, { items: [], nextCursor: null }, whole])
  await open()
  await list()
  await userEvent.click(screen.getByRole('combobox', { name: 'Member' }))
  await userEvent.click(await screen.findByRole('option', { name: /Boris Orlov/ }))
  expect(await screen.findByRole('heading', { name: 'Nothing of theirs that you see' })).toBeVisible()
  expect(asked.at(-1)).toBe('?member=u2&limit=50')
  await userEvent.click(screen.getAllByRole('button', { name: 'Clear the filter' })[0] as HTMLElement)
  expect(await list()).toBeVisible()
})

it('says what went wrong and asks again', async () => {
  serve([
    json(500, { error: 'No', code: 'internal', requestId: 'r', details: [] }),
    { items: [entry(1)], nextCursor: null },
  ])
  await open()
  await userEvent.click(await screen.findByRole('button', { name: 'Try again' }))
  expect(await list()).toBeVisible()
})
