import { expect, it } from 'vitest'
import { actionsOf, conflictsOf, GROUPS, recorded, refusalOf, swapped, withKey } from './catalogue'
import { type Action, KEYS, keyFor, printed } from './keys'

const ALL = Object.keys(KEYS) as Action[]

it('has every action once', () => {
  expect(GROUPS.flatMap(actionsOf).toSorted()).toEqual(ALL.toSorted())
})
it('comes without a conflict, and with keys that may be chosen', () => {
  expect(ALL.flatMap((a) => conflictsOf(a, KEYS[a], {}).map((b) => `${a} ${b}`))).toEqual([])
  expect(ALL.filter((a) => refusalOf(a, KEYS[a]))).toEqual([])
})
it('knows which actions meet on a screen', () => {
  expect(conflictsOf('create', 'F', {})).toEqual(['filter'])
  expect(conflictsOf('filter', 'C', {})).toEqual(['create'])
  expect(conflictsOf('apart', 'F', {})).toEqual([]) // no filter among duplicates
  expect(conflictsOf('apart', 'K', {})).toEqual(['previous'])
  expect(conflictsOf('note', 'F', {})).toEqual(['filter']) // in a panel beside the list
  expect(conflictsOf('go.trash', 'L', {})).toEqual([]) // after G
  expect(conflictsOf('go.trash', 'C', {})).toEqual(['go.contacts'])
  expect(conflictsOf('create', 'Mod+S', {})).toEqual(['saveView'])
  expect(conflictsOf('create', 'S', {})).toEqual(['stage'])
  expect(conflictsOf('create', null, {})).toEqual([])
})
it('asks about the keys somebody has', () => {
  const own = { filter: 'Q', views: null }
  expect([conflictsOf('create', 'F', own), conflictsOf('create', 'V', own)]).toEqual([[], []])
  expect(conflictsOf('create', 'Q', own)).toEqual(['filter'])
  expect([keyFor('filter', own), keyFor('views', own), keyFor('edit', own)]).toEqual(['Q', null, 'E'])
})
it('takes a key over, swaps two, and keeps nothing that is as it was', () => {
  const own = withKey({}, 'create', 'F', ['filter'])
  expect(own).toEqual({ create: 'F', filter: null })
  expect(withKey(own, 'filter', 'F', ['create'])).toEqual({ create: null })
  expect(withKey(own, 'create', 'C')).toEqual({ filter: null })
  expect(swapped({}, 'create', 'filter')).toEqual({ create: 'F', filter: 'C' })
  expect(swapped({ create: 'F', filter: 'C' }, 'create', 'filter')).toEqual({})
  expect(swapped({}, 'apart', 'previous')).toBeNull() // N is that of notes, in panels beside lists
  expect(swapped({ create: null }, 'create', 'filter')).toBeNull()
  expect(withKey({ 'of.later': 'Q' }, 'edit', null)).toEqual({ 'of.later': 'Q', edit: null })
})
it('refuses what digits and browsers do already', () => {
  expect([
    refusalOf('create', '1'),
    refusalOf('next', '9'),
    refusalOf('assign', '1'),
    refusalOf('create', '0'),
  ]).toEqual(['digits', 'digits', null, null])
  expect([refusalOf('create', 'Mod+C'), refusalOf('assign', 'Mod+1'), refusalOf('assign', 'Mod+J')]).toEqual([
    'browser',
    'browser',
    null,
  ])
})
it('records a press by position', () => {
  const press = (code: string, key: string, held: object = {}) =>
    recorded({ code, key, shiftKey: false, altKey: false, metaKey: false, ctrlKey: false, ...held })
  expect(press('KeyQ', 'й')).toEqual({ key: 'Q' })
  expect(press('BracketLeft', 'х')).toEqual({ key: '[' })
  expect(press('Digit7', '7')).toEqual({ key: '7' })
  expect(press('KeyU', 'u', { metaKey: true })).toEqual({ key: 'Mod+U' })
  expect(press('KeyU', 'u', { ctrlKey: true })).toEqual({ key: 'Mod+U' })
  expect([press('KeyU', 'U', { shiftKey: true }), press('KeyU', 'u', { altKey: true }), press('F5', 'F5')]).toEqual([
    'refused',
    'refused',
    'refused',
  ])
  expect([press('Escape', 'Escape'), press('Tab', 'Tab'), press('ShiftLeft', 'Shift')]).toEqual([
    'cancel',
    'cancel',
    'wait',
  ])
  expect([press('Backspace', 'Backspace'), press('Delete', 'Delete')]).toEqual(['none', 'none'])
  expect([printed('Mod+U'), printed('Mod+Z', true), printed('/'), printed(null)]).toEqual([
    'Ctrl U',
    'Ctrl ⇧Z',
    '/',
    undefined,
  ])
})
