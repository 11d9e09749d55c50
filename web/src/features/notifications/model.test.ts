import { expect, it } from 'vitest'
import { laterTimes } from '@/shared/lib/later'
import { aNotification } from './fixtures'
import { batchOf, belongs, byDay, linkOf, whichOf } from './model'

const deal = { kind: 'deal', id: 'd1', name: 'Pilot' } as const

it('stands by day, and what is about one record together', () => {
  const days = byDay(
    [
      aNotification({ id: 'a', subject: deal, lastAt: '2026-03-10T22:30:00Z' }),
      aNotification({ id: 'b', subject: null, lastAt: '2026-03-10T12:00:00Z' }),
      aNotification({ id: 'c', subject: deal, lastAt: '2026-03-10T09:00:00Z' }),
      aNotification({ id: 'd', subject: deal, lastAt: '2026-03-10T08:00:00Z' }),
    ],
    'Europe/Berlin',
  )
  expect(days.map((d) => [d.day, d.groups.map((g) => g.items.map((n) => n.id).join(''))])).toEqual([
    ['2026-03-10', ['acd', 'b']],
  ])
})
it('a day begins at midnight of the person', () => {
  const late = aNotification({ id: 'a', lastAt: '2026-03-10T23:30:00Z' })
  const early = aNotification({ id: 'b', lastAt: '2026-03-10T22:30:00Z' })
  expect(byDay([late, early], 'Europe/Berlin').map((d) => d.day)).toEqual(['2026-03-11', '2026-03-10'])
  expect(byDay([late, early], 'UTC')).toHaveLength(1)
})

it.each([
  // [now, offered] in UTC; 10 March 2026 is a Tuesday
  ['2026-03-10T10:00:00Z', ['hour 11:00', 'evening 18:00', 'tomorrow 2026-03-11T09:00', 'week 2026-03-16T09:00']],
  ['2026-03-10T17:30:00Z', ['hour 18:30', 'tomorrow 2026-03-11T09:00', 'week 2026-03-16T09:00']],
  ['2026-03-15T20:00:00Z', ['hour 21:00', 'tomorrow 2026-03-16T09:00']],
  ['2026-03-16T08:00:00Z', ['hour 09:00', 'evening 18:00', 'tomorrow 2026-03-17T09:00', 'week 2026-03-23T09:00']],
])('at %s it can wait for %j', (now, offered) => {
  const short = ({ id, at }: { id: string; at: string }) =>
    `${id} ${['hour', 'evening'].includes(id) ? at.slice(11, 16) : at.slice(0, 16)}`
  expect(laterTimes(Date.parse(now), 'UTC').map(short)).toEqual(offered)
})
it('mornings are those of the person, also where the clock changes', () => {
  // Berlin goes to summer time on 29 March 2026.
  const times = laterTimes(Date.parse('2026-03-28T12:00:00Z'), 'Europe/Berlin')
  expect(times.find((t) => t.id === 'tomorrow')?.at).toBe('2026-03-29T07:00:00.000Z')
})

it('leads to the record, and nowhere when it is gone', () => {
  expect(linkOf(aNotification({ subject: deal }))).toMatchObject({ to: '/deals/$id', params: { id: 'd1' } })
  expect(linkOf(aNotification({ subject: { ...deal, kind: 'contact' }, category: 'mentions' }))).toMatchObject({
    to: '/contacts/$id',
    search: { tab: 'timeline' },
  })
  const campaign = { kind: 'campaign', id: 'c1', name: 'Spring outreach' }
  expect(linkOf(aNotification({ subject: campaign }))).toMatchObject({ to: '/campaigns/$id', params: { id: 'c1' } })
  expect(linkOf(aNotification({ subject: { ...campaign, name: null } }))).toBeNull()
  expect(linkOf(aNotification({ subject: { ...deal, name: null } }))).toBeNull()
  expect(linkOf(aNotification({ subject: null }))).toBeNull()
  const many = { kind: 'bulk', id: 'b1', name: null }
  expect(linkOf(aNotification({ subject: many, data: { recordType: 'company' } }))).toMatchObject({ to: '/companies' })
  expect(linkOf(aNotification({ subject: many }))).toBeNull()
})
it('offers to take back what has a batch', () => {
  expect(batchOf(aNotification({ kind: 'bulk.completed', data: { batchId: 'b1' } }))).toBe('b1')
  expect(batchOf(aNotification({ kind: 'bulk.completed', data: {} }))).toBeNull()
  expect(batchOf(aNotification({ kind: 'mention', data: { batchId: 'b1' } }))).toBeNull()
})

it('knows which lists a notification belongs to', () => {
  const now = Date.parse('2026-03-10T10:00:00Z')
  const unread = aNotification({ readAt: null })
  const read = aNotification({ readAt: '2026-03-10T09:00:00Z' })
  const asleep = aNotification({ readAt: null, snoozedUntil: '2026-03-10T11:00:00Z' })
  const woken = aNotification({ readAt: null, snoozedUntil: '2026-03-10T09:30:00Z' })
  const inLists = (n: typeof read) =>
    (['all', 'unread', 'mentions', 'system', 'snoozed'] as const).filter((s) => belongs(n, whichOf(s), now))
  expect(inLists(unread)).toEqual(['all', 'unread', 'mentions'])
  expect(inLists(read)).toEqual(['all', 'mentions'])
  expect(inLists(asleep)).toEqual(['snoozed'])
  expect(inLists(woken)).toEqual(['all', 'unread', 'mentions'])
})
