import { expect, it } from 'vitest'
import { looksOn, pageOf, partsOf } from './activity'
import { teamSearch } from './search-params'

it('takes the name of an event apart', () => {
  expect(partsOf('deal.stage.changed')).toEqual({ noun: 'deal', verb: 'stage_changed' })
  expect(partsOf('contact.created')).toEqual({ noun: 'contact', verb: 'created' })
})

it('links to what has a page and is there', () => {
  expect(pageOf({ kind: 'chat', id: 'c', name: 'Talk' })).toEqual({ to: '/inbox/$chatId', params: { chatId: 'c' } })
  expect(pageOf({ kind: 'contact', id: 'c', name: null })).toBeNull()
  expect(pageOf({ kind: 'team', id: 't', name: 'North' })).toBeNull()
})

it('looks on past pages that have nothing, but not for ever', () => {
  const [some, none] = [{ items: [1] }, { items: [] }]
  expect(looksOn([])).toBe(false)
  expect(looksOn([some])).toBe(false)
  expect(looksOn([none])).toBe(true)
  expect(looksOn([some, none, none])).toBe(true)
  expect(looksOn([none, none, none, none, none])).toBe(false)
  expect(looksOn([some, none, none, none, none, none])).toBe(false)
})

it('keeps in the address whose activity is shown, on its own tab only', () => {
  const member = '0198c0de-0000-7000-8000-000000000001'
  const asked = { member, who: 'Ann', team: 'x' }
  expect(teamSearch({ tab: 'activity', ...asked })).toEqual({ tab: 'activity', member, who: 'Ann' })
  expect(teamSearch({ tab: 'teams', ...asked })).toEqual({ tab: 'teams' })
})
