import { expect, it } from 'vitest'
import { auditSearch, isFiltered, partsOfAction, queryOf, valueText } from './model'

const now = Date.parse('2026-11-22T12:00:42Z')
it('takes only what it knows from the address', () => {
  expect(auditSearch({ period: 'week', from: '2026-01-01', actor: 'u1', other: 1, line: '7' })).toEqual({
    period: 'week',
    actor: 'u1',
    line: 7,
  })
  expect(auditSearch({ period: 'never', line: -1, action: '' })).toEqual({})
  expect(auditSearch({ period: 'dates', from: '2026-01-01', to: 'x' })).toEqual({ period: 'dates', from: '2026-01-01' })
})
it('a time is counted back from the minute, and the last day is meant whole', () => {
  expect(queryOf({ period: 'day' }, now)).toEqual({ from: '2026-11-21T12:00:00.000Z' })
  expect(queryOf({}, now)).toEqual({})
  const { from, to } = queryOf({ period: 'dates', from: '2026-01-01', to: '2026-01-01' }, now)
  expect(Date.parse(to ?? '') - Date.parse(from ?? '')).toBe(86_400_000 - 1)
})
it('one line that is open is no filter', () => {
  expect(isFiltered({ line: 3 })).toBe(false)
  expect(isFiltered({ period: 'ever' })).toBe(false)
  expect(isFiltered({ subject: 'x' })).toBe(true)
})
it('reads kinds of events and values', () => {
  expect(partsOfAction('deal.stage.changed')).toEqual({ noun: 'deal', verb: 'stage_changed' })
  expect(partsOfAction('odd')).toEqual({ noun: 'odd', verb: '' })
  expect([valueText('a'), valueText(''), valueText([]), valueText(false), valueText({ a: 1 })]).toEqual([
    'a',
    null,
    null,
    'false',
    '{"a":1}',
  ])
})
