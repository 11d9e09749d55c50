import { renderHook } from '@testing-library/react'
import { Plus } from 'lucide-react'
import { expect, it } from 'vitest'
import { type Command, commandFor, mayTakeKey, registeredCommands, useCommands } from './commands'
import { type Action, isKey, setOwnKeys } from './keys'

const press = (code: string, key: string, shiftKey = false) => ({ code, key, shiftKey })
const command = (id: string, action?: Action): Command => ({ id, label: id, icon: Plus, action, run: () => {} })

it('takes letters by position, so a Russian layout works', () => {
  expect(isKey(press('KeyC', 'с'), 'C')).toBe(true)
  expect(isKey(press('KeyC', 'C', true), 'C')).toBe(false)
})
it('takes signs by position and by what they type', () => {
  expect(isKey(press('Slash', '/'), '/')).toBe(true)
  expect(isKey(press('Slash', '.'), '/')).toBe(true) // Russian layout
  expect(isKey(press('Digit7', '/', true), '/')).toBe(true) // German layout
  expect(isKey(press('Slash', '?', true), '?')).toBe(true)
  expect(isKey(press('Digit7', '?', true), '?')).toBe(true) // Russian layout
  expect(isKey(press('BracketLeft', 'х'), '[')).toBe(true) // Russian layout
})
it('offers commands while their component is mounted; the innermost wins a key', () => {
  const outer = [command('create', 'create'), command('other')]
  const inner = [command('create.here', 'create')]
  const a = renderHook(() => useCommands(outer))
  const b = renderHook(() => useCommands(inner))
  expect(registeredCommands().map((c) => c.id)).toEqual(['create.here', 'create', 'other'])
  expect(commandFor(press('KeyC', 'c'))?.id).toBe('create.here')
  b.unmount()
  expect(commandFor(press('KeyC', 'c'))?.id).toBe('create')
  a.unmount()
  expect(registeredCommands()).toEqual([])
})
it('takes the key somebody chose, with Shift and with ⌘ or Ctrl where they belong to it', () => {
  const redo: Command = { ...command('redo', 'undo'), shift: true }
  const all = [command('undo', 'undo'), redo, command('create', 'create')]
  const id = (code: string, held: { shiftKey?: boolean; ctrlKey?: boolean } = {}) =>
    commandFor({ code, key: '', shiftKey: false, ...held }, all)?.id
  expect([id('KeyZ', { ctrlKey: true }), id('KeyZ', { ctrlKey: true, shiftKey: true }), id('KeyZ')]).toEqual([
    'undo',
    'redo',
    undefined,
  ])
  setOwnKeys({ create: 'Q', undo: null })
  expect([id('KeyQ'), id('KeyC'), id('KeyQ', { ctrlKey: true }), id('KeyZ', { ctrlKey: true })]).toEqual([
    'create',
    undefined,
    undefined,
    undefined,
  ])
  setOwnKeys({})
})
it('never takes a key from someone who types or from an open window', () => {
  document.body.innerHTML =
    '<p id="p"></p><input id="i"><input id="c" type="checkbox"><div role="dialog"><button id="b"></button></div>'
  const may = (id: string, init: KeyboardEventInit = {}) => {
    let answer = false
    const el = document.getElementById(id)!
    const f = (e: KeyboardEvent) => {
      answer = mayTakeKey(e)
    }
    addEventListener('keydown', f)
    el.dispatchEvent(new KeyboardEvent('keydown', { code: 'KeyC', bubbles: true, ...init }))
    removeEventListener('keydown', f)
    return answer
  }
  expect([may('p'), may('c'), may('i'), may('b')]).toEqual([true, true, false, false])
  expect([may('p', { ctrlKey: true }), may('p', { repeat: true })]).toEqual([false, false])
})
