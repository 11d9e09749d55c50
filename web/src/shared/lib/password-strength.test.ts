import { expect, it } from 'vitest'
import { passwordStrength } from './password-strength'

const score = (p: string, personal?: string[]) => passwordStrength(p, personal).score
const advice = (p: string, personal?: string[]) => passwordStrength(p, personal).advice

it('says nothing before anything is typed', () => expect(passwordStrength('')).toEqual({ score: 0, advice: null }))
it('is weak when short, common, a pattern or personal, and says why', () => {
  expect([score('aB3$x'), advice('aB3$x')]).toEqual([1, 'short'])
  expect([score('password1'), advice('password1')]).toEqual([1, 'common'])
  expect([score('йцукен12'), advice('йцукен12')]).toEqual([1, 'common'])
  expect([score('abcdefgh'), advice('abcdefgh')]).toEqual([1, 'pattern'])
  expect([score('11111111111'), advice('11111111111')]).toEqual([1, 'pattern'])
  expect([score('sokolova1', ['Elena Sokolova']), advice('sokolova1', ['Elena Sokolova'])]).toEqual([1, 'personal'])
})
it('grows with length more than with signs', () => {
  expect(score('kite mango')).toBeLessThan(score('kite mango river lamp'))
  expect(score('correct horse battery staple')).toBe(4)
  expect(score('Tr0ub4dor')).toBe(3)
  expect(score('пять серых котов у реки')).toBe(4)
})
it('calls no single word good, for the server may know it', () => {
  for (const word of ['fuzzybunny', 'Summer2026!', 'Солнцеворот', 'kitemango1']) expect(score(word)).toBeLessThan(3)
})
it('asks for more length first', () => expect(advice('kitemango')).toBe('longer'))
