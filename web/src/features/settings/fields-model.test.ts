import { expect, it } from 'vitest'
import { aField } from '@/shared/fields/fixtures'
import { draftOf, newOption, problemsOf, toInput, toPatch } from './fields-model'

const tier = aField({
  id: 't',
  name: 'Tier',
  kind: 'select',
  options: [
    { id: 'a', label: 'Gold', color: 'yellow', archived: false },
    { id: 'b', label: 'Silver', color: 'gray', archived: true },
  ],
})

it('a form that was opened and closed changes nothing', () => {
  expect(toPatch(draftOf(tier, 'EUR'), tier)).toBeNull()
})
it('sends only what changed, on the version it was seen in', () => {
  const draft = draftOf(tier, 'EUR')
  expect(toPatch({ ...draft, name: ' Level ' }, tier)).toEqual({ name: 'Level', version: 1 })
  const more = [...draft.options, newOption(draft.options, 'Bronze')]
  expect(toPatch({ ...draft, options: more }, tier)?.options).toEqual([
    { id: 'a', label: 'Gold', color: 'yellow' },
    { id: 'b', label: 'Silver', color: 'gray', archived: true },
    { label: 'Bronze', color: 'blue' },
  ])
})
it('a new field takes along what its kind needs, and no more', () => {
  const draft = { ...draftOf(null, 'RUB'), name: 'Budget' }
  expect(toInput(draft, 'deal')).toEqual({ recordType: 'deal', name: 'Budget', kind: 'text' })
  expect(toInput({ ...draft, kind: 'money' }, 'deal')).toMatchObject({ currency: 'RUB' })
  expect(toInput({ ...draft, kind: 'relation', relation: 'company' }, 'deal')).toMatchObject({ relation: 'company' })
})
it('rows that were left empty are passed over', () => {
  const draft = { ...draftOf(null, 'EUR'), name: 'Tier', kind: 'select' as const }
  const options = [newOption([], 'Gold'), newOption([])]
  expect(problemsOf({ ...draft, options }, [])).toEqual([])
  expect(toInput({ ...draft, options }, 'contact').options).toEqual([{ label: 'Gold', color: 'blue' }])
})
it('names what is missing or there twice', () => {
  const draft = { ...draftOf(null, 'EUR'), kind: 'select' as const }
  expect(problemsOf(draft, [])).toEqual(['name', 'options'])
  expect(problemsOf({ ...draft, name: ' TIER', options: [newOption([], 'x'), newOption([], 'X ')] }, [tier])).toEqual([
    'sameName',
    'sameOption',
  ])
})
it('colours go round', () => {
  const first = newOption([])
  const second = newOption([first])
  expect(second.color).not.toBe(first.color)
})
