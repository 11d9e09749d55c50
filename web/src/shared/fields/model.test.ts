import { describe, expect, it } from 'vitest'
import type { CustomField } from '@/api/gen/types.gen'
import type { FieldKind } from './fields'
import { aField } from './fixtures'
import { choicesOf, chosenOf, editorOfKind, isBlankValue } from './kinds'
import { inputTextOf, KINDS, parseCustom } from './model'

const of = (kind: FieldKind, over: Partial<CustomField> = {}) => aField({ kind, ...over })

describe('what is typed', () => {
  it.each([
    ['text', '  A b ', 'A b'],
    ['longText', 'a\nb', 'a\nb'],
    ['number', '1 234,5', 1234.5],
    ['number', '-0.5', -0.5],
    ['number', '1,234.5', 1234.5],
    ['money', '12.5k', 1_250_000],
    ['money', '−3', -300],
    ['date', '2026-12-24', '2026-12-24'],
    ['email', 'Anna@Example.com', 'anna@example.com'],
    ['phone', '8 (912) 555-00-11', '+79125550011'],
    ['url', 'example.com', 'https://example.com'],
    ['text', '   ', null],
    ['number', '', null],
  ] as const)('%s: %j is stored as %j', (kind, text, value) => {
    expect(parseCustom(of(kind), text)).toEqual({ value })
  })
  it.each([
    ['number', '12 apples', 'number'],
    ['number', '1e400', 'number'],
    ['money', 'much', 'amount'],
    ['date', '24.12.2026', 'date'],
    ['email', 'anna', 'email'],
    ['phone', '12', 'phone'],
    ['url', 'javascript:alert(1)', 'url'],
    ['text', 'x'.repeat(1001), 'tooLong'],
  ] as const)('%s: %j is refused', (kind, text, problem) => {
    expect(parseCustom(of(kind), text)).toEqual({ problem })
  })
})

it('an input starts with what it would read back', () => {
  const money = of('money', { currency: 'JPY' })
  expect(inputTextOf(money, 500)).toBe('500')
  expect(inputTextOf(of('money'), 120_050)).toBe('1200.5')
  expect(parseCustom(of('money'), inputTextOf(of('money'), 120_050))).toEqual({ value: 120_050 })
  expect(inputTextOf(of('text'), undefined)).toBe('')
})
it('every kind has a way to be edited', () => {
  expect(KINDS.map(editorOfKind)).not.toContain(undefined)
  expect(editorOfKind('checkbox')).toBe('toggle')
})
it('an archived option is offered only to those who have it', () => {
  const field = of('multiSelect', {
    options: [
      { id: 'a', label: 'A', color: 'blue', archived: false },
      { id: 'b', label: 'B', color: 'red', archived: true },
    ],
  })
  expect(choicesOf(field, []).map((o) => o.id)).toEqual(['a'])
  expect(choicesOf(field, ['b']).map((o) => o.id)).toEqual(['a', 'b'])
  expect(chosenOf(field, ['b', 'gone', 'a']).map((o) => o.id)).toEqual(['a', 'b'])
  expect(chosenOf({ ...field, kind: 'select' }, 'b').map((o) => o.id)).toEqual(['b'])
})
it('no, nothing and none are blank; zero is not', () => {
  expect([null, undefined, '', false, []].every(isBlankValue)).toBe(true)
  expect([0, 'x', ['a'], true].some(isBlankValue)).toBe(false)
})
