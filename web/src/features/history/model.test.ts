import { expect, it } from 'vitest'
import type { FoundChat } from '@/api/gen/types.gen'
import {
  draftOf,
  fileKind,
  filesOf,
  found,
  kindOf,
  matchedOf,
  messagesOf,
  personOf,
  plan,
  stepOf,
  toggled,
  withPerson,
} from './model'

const aChat = (change: Partial<FoundChat>): FoundChat => ({
  id: '1',
  title: 'Boris',
  kind: 'private',
  messages: 10,
  people: 1,
  from: null,
  to: null,
  contactId: null,
  ...change,
})
const boris = aChat({})
const known = aChat({ id: '2', title: 'Elena', contactId: 'c2', messages: 5 })
const team = aChat({ id: '-3', title: 'Team', kind: 'group', messages: 7, contactId: 'c9' })
const news = aChat({ id: '-1004', title: 'News', kind: 'channel', messages: 1000 })
const all = [boris, known, team, news]

it('at first takes what people say to each other', () => {
  const d = draftOf(all)
  expect([...d.chosen]).toEqual(['1', '2', '-3'])
  expect(messagesOf(d, all)).toBe(22)
  expect([...draftOf([news]).chosen]).toEqual(['-1004'])
})
it('sends the chosen chats in the order of the file, with whom they are', () => {
  let d = toggled(draftOf(all), ['2', '-1004'], true)
  d = withPerson(d, '1', { id: 'c1', name: 'Boris Orlov' })
  expect(plan(d, all)).toEqual([
    { id: '1', contactId: 'c1' },
    { id: '2', contactId: 'c2' },
    { id: '-3', contactId: null },
    { id: '-1004', contactId: null },
  ])
  expect(matchedOf(d, all)).toBe(2)
  d = toggled(withPerson(d, '2', null), ['1', '-3', '-1004'], false)
  expect(plan(d, all)).toEqual([{ id: '2', contactId: null }])
  expect(personOf(d, known)).toBeNull()
  expect(matchedOf(d, all)).toBe(0)
})
it('keeps what was chosen when it changes something else', () => {
  const d = draftOf(all)
  expect(withPerson(d, '1', null).chosen).toBe(d.chosen)
  expect(toggled(d, ['1'], false).people).toBe(d.people)
  expect(d.chosen.has('1')).toBe(true)
})
it('finds chats by a part of their name', () => {
  expect(found(all, ' EL ').map((c) => c.id)).toEqual(['2'])
  expect(found(all, '')).toBe(all)
})
it('knows the kinds of chats and the step of a status', () => {
  expect([kindOf(news), kindOf(aChat({ kind: 'odd' }))]).toEqual(['channel', 'group'])
  expect((['ready', 'running', 'completed', 'failed', 'reverting', 'reverted'] as const).map(stepOf)).toEqual([
    'choose',
    'run',
    'result',
    'result',
    'result',
    'result',
  ])
})
it.each([
  ['{"name": "Boris"}', 'json'],
  ['\ufeff\n { }', 'json'],
  ['<!DOCTYPE html>', 'html'],
  ['PK\u0003\u0004', 'zip'],
  ['', 'empty'],
  ['id,name', 'other'],
] as const)('tells %j as %s', async (text, kind) => {
  expect(await fileKind(new Blob([text]))).toBe(kind)
})

it('tells of files where there are some', () => {
  expect(filesOf({ filesTotal: 3, filesDone: 5 })).toEqual({ done: 3, total: 3 })
  expect(filesOf({ filesTotal: 0, filesDone: 5 })).toBeNull()
})
