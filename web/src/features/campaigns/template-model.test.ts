import { expect, it } from 'vitest'
import {
  bareIn,
  fallbackOf,
  isKnown,
  piecesOf,
  textProblems,
  variablesIn,
  withFallback,
  written,
} from './template-model'

it('parts a text into words, variables and snippets', () => {
  expect(piecesOf('Hi {{ contact.firstName | there }}, {{snippet.sig}}')).toEqual([
    { kind: 'text', text: 'Hi ' },
    { kind: 'variable', text: '{{ contact.firstName | there }}', name: 'contact.firstName', fallback: 'there' },
    { kind: 'text', text: ', ' },
    { kind: 'snippet', text: '{{snippet.sig}}', name: 'sig' },
  ])
})
it.each(['{{', '{{ }}', '{{contact.name', 'a {b} c', '{{{'])('%j is text', (text) => {
  expect(piecesOf(text)).toEqual([{ kind: 'text', text }])
})
it('loses nothing of the text', () => {
  const text = '{{{contact.name}}} {{|x}} {{contact.city|}} end}}'
  expect(
    piecesOf(text)
      .map((p) => p.text)
      .join(''),
  ).toBe(text)
})
it('knows which variables there are', () => {
  expect(textProblems('{{contact.name}} {{contact.custom.size}} {{nope}} {{nope}}')).toEqual(['nope'])
  expect([isKnown('contact.custom.'), isKnown('contact.custom.a b'), isKnown('sender.name')]).toEqual([
    false,
    false,
    true,
  ])
})
it('tells variables that nothing stands for', () => {
  expect(bareIn('{{contact.name}} {{contact.city|here}} {{contact.name}}')).toEqual(['contact.name'])
})
it('sets what stands for a variable, in all its places', () => {
  const text = '{{contact.city}} and {{contact.city|old}}, {{company.name}}'
  const next = withFallback(text, 'contact.city', 'here')
  expect(next).toBe('{{contact.city|here}} and {{contact.city|here}}, {{company.name}}')
  expect(fallbackOf(next, 'contact.city')).toBe('here')
  expect(withFallback(next, 'contact.city', ' ')).toBe('{{contact.city}} and {{contact.city}}, {{company.name}}')
  expect(variablesIn(next)).toEqual(['contact.city', 'company.name'])
})
it('a fallback cannot end the variable it stands in', () => {
  expect(written('contact.name', 'a}}|{{b')).toBe('{{contact.name|ab}}')
})
