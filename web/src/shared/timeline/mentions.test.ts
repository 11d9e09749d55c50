import { expect, it } from 'vitest'
import { decode, encode, handleOf, openMention, partsOf, plainBody } from './mentions'

const ANNA = '0198c9a5-0000-7000-8000-000000000001'
const OTHER = '0198c9a5-0000-7000-8000-000000000002'

it('a text falls into words and people', () => {
  const body = `Hi @[Anna](user:${ANNA})!`
  expect(partsOf(body)).toEqual([{ text: 'Hi ' }, { name: 'Anna', id: ANNA }, { text: '!' }])
  expect(plainBody(body)).toBe('Hi @Anna!')
  expect(partsOf('')).toEqual([])
  expect(partsOf('@[Anna](user:1) @Anna')).toEqual([{ text: '@[Anna](user:1) @Anna' }])
})
it('what is kept comes back as it was', () => {
  for (const body of [
    'no one',
    `@[Anna](user:${ANNA})`,
    `(@[Anna](user:${ANNA}), @[Anna P.](user:${OTHER}))`,
    `a@b.com @[Zoë (x)](user:${ANNA})`,
  ]) {
    const { text, picks } = decode(body)
    expect(encode(text, picks)).toBe(body)
  }
})
it('two people of one name stay two', () => {
  const { text, picks } = decode(`@[Anna](user:${ANNA}) @[Anna](user:${OTHER}) @[Anna](user:${ANNA})`)
  expect(text).toBe('@Anna @Anna (2) @Anna')
  expect(encode(text, picks)).toBe(`@[Anna](user:${ANNA}) @[Anna (2)](user:${OTHER}) @[Anna](user:${ANNA})`)
  expect(handleOf('Anna', ANNA, picks)).toBe('Anna')
})
it('the beginning of another word is nobody', () => {
  const picks = new Map([['Ann', ANNA]])
  expect(encode('@Anna @Ann, @Ann', picks)).toBe(`@Anna @[Ann](user:${ANNA}), @[Ann](user:${ANNA})`)
})
it.each([
  ['@', { start: 0, query: '' }],
  ['Hi @An', { start: 3, query: 'An' }],
  ['Hi @Anna Pe', { start: 3, query: 'Anna Pe' }],
  ['(@Анна', { start: 1, query: 'Анна' }],
  ['mail a@b', null],
  ['@Anna ', null],
  ['@a b c d', null],
  ['@Anna\nnext', null],
  ['nothing', null],
] as const)('who is being typed in %j', (text, found) => {
  expect(openMention(text, text.length)).toEqual(found)
})
