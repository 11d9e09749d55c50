import { expect, it } from 'vitest'
import { clashes, merge } from './profile'

const base = { name: 'Anna', phone: '' }
it('only what both changed differently is a question', () => {
  expect(clashes({ name: 'Ann', phone: '' }, base, { name: 'Anna', phone: '+1' })).toEqual([])
  expect(clashes({ name: 'Ann', phone: '' }, base, { name: 'Ann', phone: '' })).toEqual([])
  expect(clashes({ name: 'Ann', phone: '+2' }, base, { name: 'Anya', phone: '+1' })).toEqual(['name', 'phone'])
})
it('keeps both changes where they do not meet', () => {
  expect(merge({ name: 'Ann', phone: '' }, base, { name: 'Anna', phone: '+1' })).toEqual({ name: 'Ann', phone: '+1' })
})
