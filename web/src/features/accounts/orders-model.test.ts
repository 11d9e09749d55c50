import { expect, it } from 'vitest'
import { countriesOf, countryName, quantityOf } from './orders-model'

it('names countries in the language of the person, in its order', () => {
  expect([countryName('PL', 'en'), countryName('PL', 'ru'), countryName('??', 'en')]).toEqual([
    'Poland',
    'Польша',
    '??',
  ])
  const labels = countriesOf('ru').map((c) => c.label)
  expect(labels).toEqual([...labels].sort((a, b) => a.localeCompare(b, 'ru')))
  expect(new Set(labels).size).toBe(labels.length)
})
it.each([
  ['1', 1],
  [' 100 ', 100],
  ['0', null],
  ['101', null],
  ['2.5', null],
  ['', null],
  ['many', null],
])('reads %j as %j accounts', (text, n) => expect(quantityOf(text)).toBe(n))
