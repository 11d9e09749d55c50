import { expect, it } from 'vitest'
import { otherLayout, pieces, rank, score } from './palette-search'

const items = ['Dashboard', 'Contacts', 'Companies', 'New contact', 'Import CSV', 'Theme: Dark'].map((label) => ({
  id: label,
  label,
}))
const found = (q: string, recent?: string[]) => rank(q, items, recent).found.map((i) => i.id)
const loose = (q: string) => rank(q, items).loose.map((i) => i.id)

it('finds beginnings before insides, and words in any order', () => {
  expect(found('con')).toEqual(['Contacts', 'New contact'])
  expect(found('contact new')).toEqual(['New contact'])
  expect(found('dark th')).toEqual(['Theme: Dark'])
})
it('guesses from the beginnings of words, and keeps guesses apart', () => {
  expect([found('nco'), loose('nco')]).toEqual([[], ['New contact']])
  expect(loose('icsv')).toEqual(['Import CSV'])
  expect([found('elena'), loose('elena')]).toEqual([[], []])
  expect(score('xyz', 'Dashboard')).toBe(0)
})
it('what was run lately wins among equals', () => {
  expect(found('co')).toEqual(['Contacts', 'Companies', 'New contact'])
  expect(found('co', ['Companies'])[0]).toBe('Companies')
})
it('does not mind the wrong keyboard layout', () => {
  expect(otherLayout('rjynfrns')).toBe('контакты')
  expect(otherLayout('вфыр')).toBe('dash')
  expect(found('вфыр')).toEqual(['Dashboard'])
  expect(score('rjynf', 'Контакты')).toBeGreaterThan(0)
})
it('marks what was found', () => {
  expect(pieces('Elena Sokolova', 'sok el')).toEqual(['', 'El', 'ena ', 'Sok', 'olova'])
  expect(pieces('a.b', '.')).toEqual(['a', '.', 'b'])
})
