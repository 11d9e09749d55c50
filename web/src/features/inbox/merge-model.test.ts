import { expect, it } from 'vitest'
import { aChat } from './fixtures'
import { areTwo, candidates, mayMerge, placeOf } from './merge-model'

const chat = aChat({ id: 'a', contactId: 'p' })

it('offers conversations with one person, those with the same one first, each once', () => {
  const same = aChat({ id: 'b', contactId: 'p' })
  const other = aChat({ id: 'c' })
  const group = aChat({ id: 'd', kind: 'group' })
  const part = aChat({ id: 'e', mergedInto: 'b' })
  expect(candidates(chat, [chat, same], [other, same, group, part]).map((c) => c.id)).toEqual(['b', 'c'])
  expect([mayMerge(group), mayMerge(part), mayMerge(other)]).toEqual([false, false, true])
})
it('warns of two people, not of one who is not known yet', () => {
  expect(areTwo(chat, aChat({ contactId: 'q' }))).toBe(true)
  expect(areTwo(chat, aChat({ contactId: 'p' }))).toBe(false)
  expect(areTwo(chat, aChat({ contactId: null }))).toBe(false)
})
it('says where a chat is', () => {
  expect(placeOf(chat)).toBe('@alex_bd')
  expect(placeOf(aChat({ account: null, title: 'Visitor 17', contact: { id: 'p', name: 'Elena' } }))).toBe('Visitor 17')
  expect(placeOf(aChat({ account: null, title: 'Visitor 17' }))).toBeNull()
})
