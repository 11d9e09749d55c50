import { expect, it } from 'vitest'
import { parse, segments, toggleMark, toTyped } from './entities'

const e = (kind: string, offset: number, length: number, value?: string) => ({
  kind,
  offset,
  length,
  ...(value ? { value } : {}),
})

it.each([
  ['a **b** c', 'a b c', [e('bold', 2, 1)]],
  ['**a __b__**', 'a b', [e('bold', 0, 3), e('italic', 2, 1)]],
  ['~~no~~ ||secret||', 'no secret', [e('strike', 0, 2), e('spoiler', 3, 6)]],
  ['run `a ** b` now', 'run a ** b now', [e('code', 4, 6)]],
  ['```rust\nlet a = 1;\n```', 'let a = 1;', [e('pre', 0, 10, 'rust')]],
  ['[here](https://a.example/x)', 'here', [e('link', 0, 4, 'https://a.example/x')]],
  ['👍 **да**', '👍 да', [e('bold', 3, 2)]],
])('%s is set off', (typed, text, entities) => {
  expect(parse(typed)).toEqual({ text, entities })
})
it.each(['2 ** 3 ** 4', 'snake_case_name', '**open', 'a [x](javascript:alert(1)) b', '`', '****', 'C:\\temp'])(
  '%s is nothing but text',
  (typed) => {
    expect(parse(typed)).toEqual({ text: typed, entities: [] })
  },
)
it.each([
  ['plain', []],
  ['a b c', [e('bold', 2, 1)]],
  ['ab', [e('bold', 0, 2), e('italic', 0, 1)]],
  ['see here now', [e('link', 4, 4, 'https://a.example')]],
  ['let a', [e('pre', 0, 5, 'rust')]],
  ['signs ** that ** stay', []],
  ['**looks bold**', []],
])('what would have to be typed says the same again: %s', (text, entities) => {
  expect(parse(toTyped(text, entities))).toEqual({ text, entities })
})
it('cuts a text where anything begins or ends, and never loses a piece of it', () => {
  const text = 'see https://a.example/x. and bold'
  const all = segments(text, [e('bold', 29, 4), e('italic', 25, 6)])
  expect(all.map((s) => s.text).join('')).toBe(text)
  expect(all.find((s) => s.href)).toMatchObject({ text: 'https://a.example/x', href: 'https://a.example/x' })
  expect(all.find((s) => s.kinds.length === 2)).toMatchObject({ text: 'bo', kinds: ['bold', 'italic'] })
})
it('follows no address that could run something', () => {
  expect(segments('x', [e('link', 0, 1, 'javascript:alert(1)')])[0]?.href).toBeUndefined()
  expect(segments('a.example', [e('url', 0, 9)])[0]?.href).toBe('https://a.example')
  expect(segments('short', [e('bold', 3, 40)]).map((s) => s.kinds)).toEqual([[]])
})
it('sets a selection off, and takes that back', () => {
  const on = toggleMark('say hello', 4, 9, '**')
  expect(on).toEqual({ text: 'say **hello**', from: 6, to: 11 })
  expect(toggleMark(on.text, on.from, on.to, '**')).toEqual({ text: 'say hello', from: 4, to: 9 })
})
