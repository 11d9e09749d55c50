import { expect, it } from 'vitest'
import { board, card, stage } from './fixtures'
import { columnOf } from './model'
import { isFull, lacksOf } from './rules'

const lead = stage('lead', { exitRules: { requiredFields: ['contact'], roles: [] } })
const next = stage('next', { entryRules: { requiredFields: ['amount', 'source'], roles: ['manager'] } })
const from = () => lead

it('tells what leaving and entering ask for, once for all cards', () => {
  const cards = [card('a', 'lead'), card('b', 'lead', { amountMinor: null })]
  expect(lacksOf(cards, from, next, 'agent')).toEqual(['contact', 'role', 'amount'])
})
it('is silent about what a card does not show', () => {
  expect(lacksOf([card('a', 'lead', { contact: { id: '1', name: 'Anna' } })], from, next, 'manager')).toEqual([])
})
it('asks nothing of a card that stays in its stage', () => {
  expect(lacksOf([card('a', 'lead')], from, lead, 'agent')).toEqual([])
})
it('a stage is full by its limit, for cards that enter', () => {
  const column = columnOf(board({ lead: 'ab' }), 'lead')
  const limited = stage('lead', { wipLimit: 2 })
  expect(column && [isFull(column, limited, 1), isFull(column, limited, 0), isFull(column, lead, 9)]).toEqual([
    true,
    false,
    false,
  ])
})
