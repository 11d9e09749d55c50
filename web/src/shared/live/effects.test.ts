import { expect, it } from 'vitest'
import { getContactQueryKey, listContactsInfiniteQueryKey } from '@/api/gen/@tanstack/react-query.gen'
import { type Effect, effectsOf, type LiveEvent, nameOf, touches } from './effects'

const event = (type: string, data: object = {}, ids: string[] = ['r1'], count = ids.length): LiveEvent => ({
  seq: 1,
  type,
  occurredAt: '2026-01-01T00:00:00Z',
  cause: { eventId: null, batchId: null, requestId: 'x' },
  subject: { kind: type.split('.')[0] ?? '', ids, count },
  data: data as Record<string, unknown>,
})
const find = (effects: Effect[], queries: string) => effects.find((e) => e.queries === queries)
const touched = (e: LiveEvent, key: readonly unknown[]) => effectsOf(e).some((x) => touches(x, key))

it('knows queries by their keys', () => {
  expect(nameOf(listContactsInfiniteQueryKey({ query: { search: 'a' } }))).toEqual({
    queries: 'listContacts',
    id: null,
  })
  expect(nameOf(getContactQueryKey({ path: { id: 'c1' } }))).toEqual({ queries: 'getContact', id: 'c1' })
  expect(nameOf(['board', 'p1', {}])).toEqual({ queries: 'board', id: 'p1' })
  expect(nameOf(['board', 'forecast', 'p1', '2026-01'])).toEqual({ queries: 'board', id: 'p1' })
  expect(nameOf(['moves', 'deal', 'd1'])).toEqual({ queries: 'moves', id: 'd1' })
  expect(nameOf(['views', 'contact'])).toEqual({ queries: 'views/contact', id: null })
  expect(nameOf(['session'])).toEqual({ queries: 'session', id: null })
})

it('a contact touches its own page and every list, not the pages of others', () => {
  const e = event('contact.updated', { fields: ['jobTitle'] })
  expect(touched(e, getContactQueryKey({ path: { id: 'r1' } }))).toBe(true)
  expect(touched(e, getContactQueryKey({ path: { id: 'r2' } }))).toBe(false)
  expect(touched(e, listContactsInfiniteQueryKey({ query: { search: 'a' } }))).toBe(true)
  expect(touched(e, ['board', 'p1', {}])).toBe(false)
  expect(touched(e, ['session'])).toBe(false)
})

it('a view as somebody else touches the session', () => {
  expect(touched(event('access.viewed_as.started'), ['session'])).toBe(true)
  expect(touched(event('access.viewed_as.ended'), ['team-members', {}])).toBe(false)
})

it('a name is shown in more places than a job title', () => {
  expect(touched(event('company.updated', { fields: ['name'] }), ['board', 'p1', {}])).toBe(true)
  expect(touched(event('company.updated', { fields: ['name'] }), getContactQueryKey({ path: { id: 'c9' } }))).toBe(true)
  // An import tells no fields.
  expect(touched(event('contact.updated', { importId: 'i1' }), ['deal', 'd1'])).toBe(true)
})

it('more records than are named are all of them', () => {
  const e = event('contact.updated', { fields: [] }, ['a', 'b'], 300)
  expect(find(effectsOf(e), 'getContact')?.ids).toBeNull()
})

it('a move touches the board of its pipeline only', () => {
  const e = event('deal.stage.changed', { pipelineId: 'p1', fromStage: 's1', toStage: 's2' })
  expect(touched(e, ['board', 'p1', {}])).toBe(true)
  expect(touched(e, ['board', 'forecast', 'p1'])).toBe(true)
  expect(touched(e, ['board', 'p2', {}])).toBe(false)
  expect(touched(e, ['moves', 'stage', 's2'])).toBe(true)
  expect(touched(e, ['moves', 'deal', 'other'])).toBe(false)
  expect(touched(event('deal.updated', { fields: ['title'] }), ['board', 'p2', {}])).toBe(true)
})

it('a note touches the timeline it stands in', () => {
  const timeline = (id: string) => [{ _id: 'getContactTimeline', path: { id } }]
  const e = event('note.created', { recordType: 'contact', recordId: 'c1' }, ['n1'])
  expect(touched(e, timeline('c1'))).toBe(true)
  expect(touched(e, timeline('c2'))).toBe(false)
  // Those of a deal stand in the timelines of its contact and its company too, which the event does not name.
  expect(touched(event('note.created', { recordType: 'deal', recordId: 'd1' }), timeline('c2'))).toBe(true)
})

it('fields and views are of one kind of record', () => {
  expect(effectsOf(event('field.updated', { recordType: 'deal' }))).toEqual([
    { queries: 'custom-fields/deal', ids: null },
  ])
  expect(effectsOf(event('view.created', { recordType: 'contact' }))).toEqual([{ queries: 'views/contact', ids: null }])
})

it('an event that this version does not know touches nothing', () => {
  expect(effectsOf(event('comet.sighted'))).toEqual([])
})

it('what happens in conversations touches counts, not lists: those are told message by message', () => {
  const e = event('message.received', { chatId: 'c1' }, ['m1'])
  expect(touched(e, ['inbox-counts'])).toBe(true)
  expect(touched(e, ['chats-of', 'k1'])).toBe(true)
  expect(touched(e, ['inbox', { queue: 'all' }])).toBe(false)
  expect(touched(e, ['thread', 'c1', null])).toBe(false)
})

it('what is said shows in the timeline of the contact it is said to', () => {
  const timeline = (id: string) => [{ _id: 'getContactTimeline', path: { id } }]
  const came = event('message.received', { chatId: 'c1', contactId: 'k1' }, ['m1'])
  expect(touched(came, timeline('k1'))).toBe(true)
  expect(touched(came, timeline('k2'))).toBe(false)
  expect(touched(event('message.received', { chatId: 'c1', contactId: null }, ['m1']), timeline('k1'))).toBe(false)
  // Others do not name the contact.
  for (const type of ['message.sent', 'message.deleted', 'chat.linked', 'chat.merged'])
    expect(touched(event(type, { chatId: 'c1' }), timeline('k1')), type).toBe(true)
  for (const type of ['message.read', 'message.queued', 'chat.assigned', 'comment.created'])
    expect(touched(event(type, { chatId: 'c1' }), timeline('k1')), type).toBe(false)
})

it('what happens to an account touches what is shown of it', () => {
  const flood = event('bd_account.flood_wait', { accountId: 'a1' }, ['a1'])
  expect(touched(flood, ['bd-account', 'a1', 'page'])).toBe(true)
  expect(touched(flood, ['bd-health', 'a1'])).toBe(true)
  expect(touched(flood, ['bd-account', 'a2', 'page'])).toBe(false)
  expect(touched(flood, ['bd-accounts', 'page'])).toBe(true)
  // Progress comes often, and says nothing about the account itself.
  const progress = event('sync.progress', { accountId: 'a1' }, ['a1'])
  expect(touched(progress, ['bd-account', 'a1', 'sync'])).toBe(true)
  expect(touched(progress, ['bd-accounts', 'page'])).toBe(false)
  const dialogs = event('bd_account.dialogs.updated', {}, ['a1'])
  expect(touched(dialogs, ['bd-dialogs', 'a1', {}])).toBe(true)
  expect(touched(dialogs, ['bd-account', 'a1', 'page'])).toBe(false)
})

it('what happens in a campaign touches it and its contact, not other campaigns', () => {
  const of = (kind: string, id: string) => ({ kind, ids: [id], count: 1 })
  const sent: LiveEvent = { ...event('enrolment.step.sent', { campaignId: 'c1' }), subject: of('contact', 'k1') }
  for (const part of ['campaign', 'campaign-stats', 'campaign-log', 'campaign-enrolments']) {
    expect(touched(sent, [part, 'c1']), part).toBe(true)
    expect(touched(sent, [part, 'c2']), part).toBe(false)
  }
  expect(touched(sent, ['campaigns', {}])).toBe(true)
  expect(touched(sent, ['campaigns-of', 'k1'])).toBe(true)
  expect(touched(sent, ['campaigns-of', 'k2'])).toBe(false)
  // Who is on the way changes nothing about what is planned.
  expect(touched(sent, ['campaign-plan', 'c1', 'check', 1])).toBe(false)
  const paused: LiveEvent = { ...event('campaign.paused'), subject: of('campaign', 'c1') }
  expect(touched(paused, ['campaign', 'c1'])).toBe(true)
  expect(touched(paused, ['campaign', 'c2'])).toBe(false)
  expect(touched(paused, ['campaign-plan', 'c1', 'check', 1])).toBe(true)
  expect(touched(event('contact.opted_out', { channel: 'telegram' }, ['k1']), ['campaigns-of', 'k1'])).toBe(true)
  const optedOut = event('contact.opted_out', { channel: 'telegram' }, ['k1'])
  expect(touched(optedOut, ['contact-policy-check', 'k1', 'telegram'])).toBe(true)
  expect(touched(optedOut, ['contact-policy-check', 'k2', 'telegram'])).toBe(false)
  // That a message was read is told of the message, not of the campaign it went for.
  expect(touched(event('message.read', { chatId: 'c1' }, ['m1']), ['campaign-stats', 'c2'])).toBe(true)
})
