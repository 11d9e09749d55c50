import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { setFields } from '@/shared/fields/fields'
import { aField } from '@/shared/fields/fixtures'
import { tell } from '@/shared/timeline/tell'
import { apply, beforeOf, clashes, revert } from './cache'
import { readLayout, showColumn, visibleColumns } from './columns'
import { customErrors, customInput } from './custom-inputs'
import { customChange, inputText, parseText } from './edit'
import { editorOf } from './editable'
import { explainFields } from './explained'
import { columnsOf, fieldOf, fieldsOf, read, titleById } from './fields'
import { isComplete, newCondition, normalized } from './filter'
import { idsIn, wordsOf } from './filter-text'
import { toMarkdown } from './markdown'
import { readListSearch } from './search-params'
import { contact, timelineTools, tools } from './testing'

const tier = aField({
  id: '1',
  kind: 'select',
  options: [
    { id: 'a', label: 'Gold', color: 'yellow', archived: false },
    { id: 'b', label: 'Silver', color: 'gray', archived: false },
  ],
})
const budget = aField({ id: '2', key: 'budget', name: 'Budget', kind: 'money', currency: 'EUR' })
const old = aField({ id: '3', key: 'old', name: 'Old', archived: true })
const renewal = aField({ id: '4', key: 'renewal', name: 'Renewal', kind: 'date' })
const buddy = aField({ id: '5', key: 'buddy', name: 'Buddy', kind: 'relation', relation: 'company' })
const qc = new QueryClient()
beforeEach(() => setFields(qc, 'contact', [tier, budget, old, renewal, buddy]))
afterEach(() => setFields(qc, 'contact', []))
const field = (id: string) => {
  const f = fieldOf('contact', id)
  if (!f) throw new Error(id)
  return f
}

it('fields in use are fields like any other; archived ones are not', () => {
  expect(fieldsOf('contact').map((f) => f.id)).toEqual(expect.arrayContaining(['custom.tier', 'custom.budget']))
  expect(fieldOf('contact', 'custom.old')).toBeUndefined()
  expect(fieldOf('company', 'custom.tier')).toBeUndefined()
  expect(fieldOf('contact', 'custom.tier')).toBe(fieldOf('contact', 'custom.tier'))
  expect(titleById('contact', 'custom.tier', tools().t)).toBe('Tier')
  expect(titleById('contact', 'custom.gone', tools().t)).toBe('gone')
})

describe('a change of one custom field', () => {
  const before = contact({ custom: { tier: 'a', other: 'stays' } })
  it('leaves the others as they are', () => {
    const after = apply(before, { 'custom.tier': 'b' })
    expect(after.custom).toEqual({ tier: 'b', other: 'stays' })
    expect(read(after, 'custom.tier')).toBe('b')
  })
  it('can be taken back, unless somebody else has changed it since', () => {
    const show = { 'custom.tier': 'b' }
    const was = beforeOf(before, show)
    expect(revert(apply(before, show), show, was).custom).toEqual(before.custom)
    expect(revert(contact({ custom: { tier: 'c' } }), show, was).custom).toEqual({ tier: 'c' })
    expect(clashes(show, was, contact({ custom: { tier: 'c' } }))).toEqual([
      { field: 'custom.tier', mine: 'b', theirs: 'c' },
    ])
    expect(clashes(show, was, before)).toEqual([])
  })
  it('is nothing where the value stays', () => {
    expect(customChange(field('custom.tier'), before, 'a')).toEqual({ change: null })
    expect(parseText(field('custom.budget'), contact({ custom: { budget: 1200 } }), '12')).toEqual({ change: null })
  })
  it('is typed, picked or refused by the kind of the field', () => {
    expect(parseText(field('custom.budget'), before, '12k')).toMatchObject({
      change: { body: { 'custom.budget': 1_200_000 } },
    })
    expect(parseText(field('custom.budget'), before, 'much')).toEqual({ custom: 'amount' })
    expect(inputText(field('custom.budget'), contact({ custom: { budget: 1250 } }))).toBe('12.5')
    expect(['custom.tier', 'custom.budget'].map((id) => editorOf(field(id)))).toEqual(['popup', 'input'])
  })
})

describe('filter', () => {
  const words = (node: Parameters<typeof normalized>[1]) => {
    const c = newCondition(field((node as { field: string }).field))
    return Object.values(
      wordsOf('contact', { ...c, ...(node as object) } as typeof c, tools(), (_, id) => ({ k: 'Acme' })[id]),
    ).join(' ')
  }
  it('by a choice, an amount, a day', () => {
    const and = [
      { field: 'custom.tier', op: 'in', value: ['a', 'b'] },
      { field: 'custom.budget', op: 'gte', value: 1000 },
      { field: 'custom.renewal', op: 'between', value: ['2026-01-01', '2026-12-31'] },
    ] as const
    expect(normalized('contact', { and: [...and] as never })).toEqual({ and })
    expect(and.map((c) => words(c as never))).toEqual([
      'Tier is any of Gold, Silver',
      'Budget ≥ €10',
      'Renewal between Jan 1, 2026 – Dec 31, 2026',
    ])
  })
  it('by a record, which is named', () => {
    const group = {
      id: 0,
      join: 'and' as const,
      items: [{ id: 1, field: 'custom.buddy' as const, op: 'in' as const, value: ['k'] }],
    }
    expect(idsIn(group, 'contact').records).toEqual([{ kind: 'company', id: 'k' }])
    expect(words({ field: 'custom.buddy', op: 'in', value: ['k'] } as never)).toBe('Buddy is any of Acme')
  })
  it('an unfinished day counts for nothing', () => {
    const c = { ...newCondition(field('custom.renewal')), value: '2026' }
    expect(isComplete('contact', c)).toBe(false)
    expect(normalized('contact', { field: 'custom.gone', op: 'eq', value: 1 })).toBeUndefined()
  })
})

it('an order by a custom field survives the address', () => {
  expect(readListSearch({ sort: '-custom.lead_tier,name' }).sort).toBe('-custom.lead_tier,name')
  expect(readListSearch({ sort: 'custom.a b' }).sort).toBeUndefined()
})
it('columns wait for fields that are not known yet', () => {
  const shown = showColumn(readLayout('contact', null), 'custom.tier', true)
  expect(visibleColumns('contact', shown).map((c) => c.id)).toContain('custom.tier')
  const json = JSON.stringify(shown)
  setFields(qc, 'contact', [])
  expect(visibleColumns('contact', readLayout('contact', json)).map((c) => c.id)).not.toContain('custom.tier')
  setFields(qc, 'contact', [tier])
  expect(visibleColumns('contact', readLayout('contact', json), columnsOf('contact')).map((c) => c.id)).toContain(
    'custom.tier',
  )
})
it('the timeline and a copy speak of them by name', () => {
  const told = tell(
    'contact',
    {
      id: '1',
      at: '2026-11-20T10:00:00Z',
      actor: { kind: 'user', id: 'u', name: 'Alex' },
      subject: { kind: 'contact', id: 'c1', name: 'Anna' },
      action: 'updated',
      changes: [{ field: 'custom.tier', from: 'b', to: 'a' }],
      batchId: null,
      conversation: null,
      note: null,
    } as never,
    timelineTools(),
    explainFields('contact', tools()),
  )
  expect(told.lines[0]).toMatchObject({ label: 'Tier', from: 'Silver', to: 'Gold' })
  expect(toMarkdown('contact', contact({ custom: { tier: 'a', budget: 1000 } }), tools())).toContain('**Tier:** Gold')
})
it('a form sends what was filled in, and shows what was refused', () => {
  expect(customInput({ tier: 'a', budget: null, vip: false })).toEqual({ custom: { tier: 'a' } })
  expect(customInput({})).toEqual({})
  expect(customErrors(new Error('x'))).toEqual({})
})
