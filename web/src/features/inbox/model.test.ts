import { expect, it } from 'vitest'
import { aChat, aMessage, anAccount } from './fixtures'
import { albumRows, bars, boxOf, nextSpeed } from './media-model'
import { afterwards, belongs, isTheirs, mayEdit, neighbour, waitingOf } from './model'
import { inboxSearch } from './search-params'
import { cleanShortcut, findTemplates, openSlash, piecesOf, unknownIn } from './template-model'
import { clockIn, isQuiet, mayCancel, waitOf, warningsOf } from './waiting'

const NOW = Date.parse('2026-03-10T12:00:00Z')
const hours = { enabled: true, from: '09:00', to: '19:00', days: [1, 2, 3, 4, 5], timeZone: 'Europe/Berlin' }

it('knows which queue a conversation is in', () => {
  const mine = aChat({ assigneeId: 'u1' })
  const asleep = aChat({ state: 'snoozed', snoozedUntil: '2026-03-11T09:00:00Z' })
  const at = (c = aChat()) =>
    (['mine', 'unassigned', 'all', 'snoozed', 'done', 'scheduled'] as const).filter((queue) =>
      belongs(c, { queue }, 'u1', NOW),
    )
  expect(at()).toEqual(['unassigned', 'all'])
  expect(at(mine)).toEqual(['mine', 'all'])
  expect(at(asleep)).toEqual(['snoozed'])
  expect(at({ ...asleep, snoozedUntil: '2026-03-10T11:00:00Z' })).toEqual(['unassigned', 'all'])
  expect(at(aChat({ state: 'done' }))).toEqual(['done'])
  expect(at(aChat({ scheduled: 1 }))).toEqual(['unassigned', 'all', 'scheduled'])
  expect(belongs(mine, { queue: 'all', accountId: 'a2' }, 'u1', NOW)).toBe(false)
  expect(belongs(mine, { queue: 'all', tag: 'hot' }, 'u1', NOW)).toBe(false)
  // Only the server knows what a search finds; what has left the queue goes all the same.
  expect(belongs(mine, { queue: 'all', search: 'x' }, 'u1', NOW)).toBeNull()
  expect(belongs(aChat({ state: 'done' }), { queue: 'all', search: 'x' }, 'u1', NOW)).toBe(false)
})
it.each([
  ['2026-03-10T11:55:00Z', { urgency: 'calm', unit: 'minute', count: 5 }],
  ['2026-03-10T10:30:00Z', { urgency: 'soon', unit: 'hour', count: 1 }],
  ['2026-03-09T12:00:00Z', { urgency: 'late', unit: 'hour', count: 24 }],
  ['2026-03-06T12:00:00Z', { urgency: 'late', unit: 'day', count: 4 }],
  [null, null],
])('somebody who waits since %s', (since, said) => {
  expect(waitingOf(since, NOW)).toEqual(said)
})
it('walks on to the next, and back at the end', () => {
  expect([neighbour(['a', 'b'], 'x', 1), neighbour(['a', 'b'], 'a', 1), neighbour(['a', 'b'], 'a', -1)]).toEqual([
    'a',
    'b',
    undefined,
  ])
  expect([afterwards(['a', 'b'], 'a'), afterwards(['a', 'b'], 'b'), afterwards(['a'], 'a')]).toEqual([
    'b',
    'a',
    undefined,
  ])
})
it('changes only what is ours and has gone', () => {
  expect(mayEdit(aMessage({ direction: 'out' }))).toBe(true)
  expect([
    mayEdit(aMessage()),
    mayEdit(aMessage({ direction: 'out', status: 'failed' })),
    mayEdit(aMessage({ direction: 'out', deletedAt: '2026-03-10T10:00:00Z' })),
    mayEdit(aMessage({ direction: 'out', local: { clientId: 'x', state: 'sending' } })),
  ]).toEqual([false, false, false, false])
})

it('says why a message waits', () => {
  const queued = aMessage({ direction: 'out', status: 'queued' })
  const waiting = { because: 'flood_wait', until: '2026-03-10T12:01:00Z', text: 'Wait' }
  expect(waitOf(aMessage())).toBeNull()
  expect(waitOf({ ...queued, waiting })).toMatchObject({ reason: 'flood_wait', until: '2026-03-10T12:01:00Z' })
  expect(waitOf({ ...queued, waiting: { ...waiting, because: 'moon_phase' } })).toMatchObject({
    reason: 'other',
    text: 'Wait',
  })
  expect(waitOf({ ...queued, scheduledAt: '2026-03-11T09:00:00Z' })?.reason).toBe('scheduled')
  expect(mayCancel(queued)).toBe(true)
  expect(mayCancel({ ...queued, waiting: { ...waiting, because: 'sending' } })).toBe(false)
  expect(mayCancel({ ...queued, status: 'sent' })).toBe(false)
})
it('knows the clock of the account', () => {
  expect(clockIn('Europe/Berlin', NOW)).toEqual({ day: 2, minute: 13 * 60 })
  expect(isQuiet(hours, NOW)).toBe(false)
  expect(isQuiet(hours, Date.parse('2026-03-10T18:30:00Z'))).toBe(true)
  expect(isQuiet(hours, Date.parse('2026-03-14T12:00:00Z'))).toBe(true) // Saturday
  expect(isQuiet({ ...hours, from: '20:00', to: '06:00' }, Date.parse('2026-03-10T22:00:00Z'))).toBe(false)
  expect(isQuiet({ ...hours, enabled: false }, Date.parse('2026-03-14T12:00:00Z'))).toBe(false)
})
it('warns of what stands in the way, the gravest first', () => {
  const kinds = (change: Parameters<typeof anAccount>[0], theyWrote = true) =>
    warningsOf(anAccount(change), theyWrote, NOW).map((w) => w.kind)
  expect(kinds({})).toEqual([])
  expect(kinds({}, false)).toEqual(['first'])
  expect(kinds({ mode: 'replies_only' }, false)).toEqual(['repliesOnly'])
  expect(kinds({ firstContactsPausedUntil: '2026-03-11T00:00:00Z' }, false)).toEqual(['restricted'])
  expect(kinds({ floodUntil: '2026-03-10T12:01:00Z', workingHours: { ...hours, days: [7] } })).toEqual([
    'flood',
    'quiet',
  ])
  expect(kinds({ floodUntil: '2026-03-10T11:59:00Z' })).toEqual([])
  expect(warningsOf(anAccount({ usedToday: { messages: 0, firstContacts: 12 } }), false, NOW)).toEqual([
    { kind: 'first', left: 0 },
  ])
  expect(warningsOf(undefined, false, NOW)).toEqual([])
})

it('opens templates behind a slash that begins a word', () => {
  expect(openSlash('Hi /gr', 6)).toEqual({ start: 3, query: 'gr' })
  expect(openSlash('/', 1)).toEqual({ start: 0, query: '' })
  expect([openSlash('and/or', 6), openSlash('/gr x', 5), openSlash('https://a', 9)]).toEqual([null, null, null])
})
it('finds templates by shortcut, then name, then text', () => {
  const one = (id: string, name: string, shortcut: string | null, text = '') => ({
    id,
    name,
    shortcut,
    text,
    shared: false,
    ownerId: 'u1',
    updatedAt: '2026-03-10T09:00:00Z',
    version: 1,
  })
  const all = [one('1', 'Price list', 'price'), one('2', 'Greeting', 'hi', 'our price'), one('3', 'Hi again', null)]
  expect(findTemplates(all, 'hi').map((t) => t.id)).toEqual(['2', '3'])
  expect(findTemplates(all, 'PRICE').map((t) => t.id)).toEqual(['1', '2'])
  expect(findTemplates(all, 'zzz')).toEqual([])
  expect([cleanShortcut(' /hi there '), cleanShortcut('//a/b')]).toEqual(['hi-there', 'a-b'])
  expect(unknownIn('{{ contact.name }} {{me.age}} {{me.age}}')).toEqual(['me.age'])
})

it('lays pictures out before they are here', () => {
  expect([1, 2, 3, 4, 5, 7, 10].map(albumRows)).toEqual([[1], [2], [1, 2], [2, 2], [3, 2], [3, 2, 2], [3, 3, 2, 2]])
  expect(boxOf({ width: 4000, height: 100 }).ratio).toBe(2.2)
  expect(boxOf({ width: null, height: null }).ratio).toBeCloseTo(4 / 3)
})
it('draws as many bars as wanted', () => {
  expect(bars([0, 31, 0, 31], 2)).toEqual([1, 1])
  expect(bars(null, 3)).toEqual([0.15, 0.15, 0.15])
  expect(bars([5], 4)).toHaveLength(4)
  expect([nextSpeed(1), nextSpeed(1.5), nextSpeed(2)]).toEqual([1.5, 2, 1])
})
it('reads of the address only what it knows', () => {
  const id = '018f0000-0000-7000-8000-000000000001'
  expect(inboxSearch({ queue: 'mine', account: id, tag: ' hot ', q: 42, other: 'x' })).toEqual({
    queue: 'mine',
    account: id,
    tag: 'hot',
    q: '42',
  })
  expect(inboxSearch({ queue: 'all', account: '', q: null })).toEqual({})
  expect(inboxSearch({ queue: 'nonsense', q: 'x'.repeat(500) }).q).toHaveLength(200)
})

it('tells what is filled in from what stands there', () => {
  const pieces = (text: string) => piecesOf(text).map((p) => p.variable ?? `“${p.text}”`)
  expect(pieces('Hi {{ contact.firstName }}, I am {{me.name}}')).toEqual([
    '“Hi ”',
    'contact.firstName',
    '“, I am ”',
    'me.name',
  ])
  expect(pieces('{{me.age}} and {{')).toEqual(['“{{me.age}}”', '“ and {{”'])
  expect(pieces('')).toEqual([])
})
it('the other side types under the name of the chat or of one of its parts', () => {
  const part = { id: 'b', title: 'B', channel: 'api', account: null }
  const chat = aChat({ id: 'a', parts: [part] })
  expect(['a', 'b', 'u1'].map((id) => isTheirs(chat, id))).toEqual([true, true, false])
})
