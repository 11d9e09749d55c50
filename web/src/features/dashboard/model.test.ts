import { expect, it } from 'vitest'
import type { RecentEntry } from '@/api/gen/types.gen'
import { activities, partOfDay, placeOf, stepsOf, totalsByDay, trend } from './model'

const count = (last7Days: number, previous7Days: number) => ({
  total: 0,
  totalIsEstimate: false,
  last7Days,
  previous7Days,
})
const entry = (p: Partial<RecentEntry>): RecentEntry => ({
  id: Math.random().toString(),
  at: '2026-11-21T10:00:00Z',
  actor: { kind: 'user', id: 'u', name: 'U' },
  subject: { kind: 'contact', id: 'c' },
  subjectName: 'C',
  action: 'created',
  changes: [],
  moved: null,
  deal: null,
  batchId: null,
  conversation: null,
  note: null,
  ...p,
})

it('greets by the clock of the person', () => {
  const now = new Date('2026-11-21T04:30:00Z')
  expect([partOfDay(now, 'UTC'), partOfDay(now, 'Europe/Moscow'), partOfDay(now, 'America/New_York')]).toEqual([
    'night',
    'morning',
    'evening',
  ])
  expect(partOfDay(new Date('2026-11-21T00:10:00Z'), 'UTC')).toBe('night')
})
it('compares two weeks without dividing by nothing', () => {
  expect(trend(count(6, 4))).toEqual({ kind: 'up', ratio: 0.5 })
  expect(trend(count(1, 4))).toEqual({ kind: 'down', ratio: 0.75 })
  expect([trend(count(3, 0)).kind, trend(count(2, 2)).kind]).toEqual(['first', 'same'])
})
it('walks back from the total of today', () => {
  const days = [1, 2, 3].map((contacts, i) => ({ date: `2026-11-0${i + 1}`, contacts }))
  expect(totalsByDay(10, days)).toEqual([5, 7, 10])
  expect(totalsByDay(2, days)).toEqual([0, 0, 2]) // deleted since
})
it('leaves out steps that are not permitted', () => {
  const none = { profile: true, contacts: false, companies: false, import: false, note: false }
  expect(stepsOf(none, () => true).map((s) => s.id)).toEqual(['profile', 'import', 'contacts', 'companies', 'note'])
  expect(stepsOf(none, () => false)).toEqual([{ id: 'profile', done: true }])
})
it('folds what one import did into one line', () => {
  const import1 = { batchId: 'b' }
  const lines = activities([entry(import1), entry(import1), entry({}), entry({}), entry(import1)])
  expect(lines.map((l) => l.more)).toEqual([1, 0, 0, 0])
})
it('leads from a note to its record', () => {
  const said = { body: '', kind: 'note' as const, occurredAt: '', durationMinutes: null, mentions: [] }
  const note = { ...said, id: 'n', authorId: 'u', authorName: null, version: 1, createdAt: '', updatedAt: '' }
  const subject = { kind: 'note' as const, id: 'n' }
  expect(placeOf(entry({ subject, note: { ...note, contactId: null, companyId: 'x', dealId: null } }))).toEqual({
    kind: 'company',
    id: 'x',
  })
  const onDeal = { ...note, contactId: null, companyId: null, dealId: 'd' }
  expect(placeOf(entry({ subject, note: onDeal }))).toEqual({ kind: 'deal', id: 'd' })
  expect(placeOf(entry({ subject }))).toBeNull()
})
