import { expect, it, vi } from 'vitest'
import { handle, type ListKeys } from './use-list-keys'

const keys = (): { [K in keyof ListKeys]: ReturnType<typeof vi.fn> & ListKeys[K] } =>
  ({
    grid: vi.fn(() => null),
    move: vi.fn(),
    enter: vi.fn(),
    peek: vi.fn(),
    edit: vi.fn(),
    selectRange: vi.fn(),
    selectAll: vi.fn(),
    undo: vi.fn(),
    redo: vi.fn(),
    escape: vi.fn(() => true),
  }) as never
function press(k: ListKeys, init: KeyboardEventInit, target: EventTarget = document.body) {
  const e = new KeyboardEvent('keydown', { bubbles: true, ...init })
  Object.defineProperty(e, 'target', { value: target })
  return handle(e, k)
}

it('moves with J K and the arrows, by position on any layout', () => {
  const k = keys()
  press(k, { code: 'KeyJ', key: 'о' })
  press(k, { code: 'KeyK', key: 'k' })
  press(k, { code: 'ArrowDown', key: 'ArrowDown', shiftKey: true, repeat: true })
  press(k, { code: 'End', key: 'End', ctrlKey: true })
  expect(k.move.mock.calls.map((c) => c[0])).toEqual([
    { rows: 1 },
    { rows: -1 },
    { rows: 1, extend: true },
    { rows: 1, edge: 'list' },
  ])
})
it('opens, previews, selects all and undoes', () => {
  const k = keys()
  press(k, { key: 'Enter' })
  press(k, { key: ' ' })
  press(k, { code: 'KeyA', key: 'a', metaKey: true })
  press(k, { code: 'KeyZ', key: 'z', ctrlKey: true })
  press(k, { code: 'KeyZ', key: 'Z', ctrlKey: true, shiftKey: true })
  expect([k.enter, k.peek, k.selectAll, k.undo, k.redo].map((f) => f.mock.calls.length)).toEqual([1, 1, 1, 1, 1])
})
it('takes nothing from someone who types, or from a button’s own keys', () => {
  const k = keys()
  const input = document.createElement('input')
  const button = document.createElement('button')
  expect(press(k, { code: 'KeyJ', key: 'j' }, input)).toBe(false)
  expect(press(k, { code: 'KeyZ', key: 'z', ctrlKey: true }, input)).toBe(false)
  expect(press(k, { key: 'Enter' }, button)).toBe(false)
  expect(press(k, { key: 'Escape' }, button)).toBe(true)
})
