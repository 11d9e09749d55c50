import { expect, it } from 'vitest'
import { digitsOf, toMajor } from './money'
import { parseMoney } from './parse-money'

it.each([
  ['12500', 1_250_000],
  ['12 500,50', 1_250_050],
  ['12,500.50', 1_250_050],
  ['12.500,5', 1_250_050],
  ['12,500', 1_250_000],
  ['1.234.567', 123_456_700],
  ['12.5k', 1_250_000],
  ['1,2 м', 120_000_000],
  ['12 к', 1_200_000],
  ['0', 0],
  ['.5', 50],
])('reads %s', (text, minor) => expect(parseMoney(text, 'USD')).toBe(minor))
it.each(['', 'many', '-5', '12x', '1e5', '99999999999999999'])('refuses “%s”', (text) =>
  expect(parseMoney(text, 'USD')).toBeNull(),
)
it('counts in the minor units of the currency', () => {
  expect([digitsOf('JPY'), digitsOf('EUR'), digitsOf('KWD')]).toEqual([0, 2, 3])
  expect([parseMoney('1200', 'JPY'), toMajor(1200, 'JPY'), toMajor(1200, 'EUR')]).toEqual([1200, 1200, 12])
})
