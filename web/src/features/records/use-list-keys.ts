import { useEffect, useRef } from 'react'
import { mayTakeKey } from '@/shared/commands/commands'
import { isAction, unshifted } from '@/shared/commands/keys'

export type Move = { rows?: number; cols?: number; edge?: 'row' | 'list'; extend?: boolean }
export type ListKeys = {
  grid: () => HTMLElement | null
  move: (m: Move) => void
  enter: () => void
  peek: () => void
  edit: () => void
  selectRange: () => void
  selectAll: () => void
  undo: () => void
  redo: () => void
  /** One level back: the peek panel, the selection, the active cell. False when there is nothing to leave. */
  escape: () => boolean
}

/** Keys that work on the list wherever the focus is, as long as nobody types and no window is open. */
export function useListKeys(keys: ListKeys) {
  const now = useRef(keys)
  now.current = keys
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (handle(e, now.current)) e.preventDefault()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
}

const PAGE_ROWS = 15
export function handle(e: KeyboardEvent, k: ListKeys): boolean {
  // A held key repeats and a command key has its own meaning: both are asked about again below.
  const free = { ...plain(e), repeat: false, metaKey: false, ctrlKey: false }
  if (!mayTakeKey(free as KeyboardEvent)) return false
  const target = e.target as Element | null
  const onGrid = target === document.body || target === k.grid() || target?.id === 'main'
  const command = e.metaKey || e.ctrlKey
  if (isAction(unshifted(e), 'undo')) return run(e.shiftKey ? k.redo : k.undo)
  if (isAction(e, 'selectAll') && (onGrid || !command)) return run(k.selectAll)
  if (isAction(e, 'next')) return go(k, { rows: 1 })
  if (isAction(e, 'previous')) return go(k, { rows: -1 })
  if (e.shiftKey && isAction(unshifted(e), 'select')) return run(k.selectRange)
  // A panel beside the list closes itself, and keeps its own Enter and arrows.
  if (target?.closest('[data-beside]')) return false
  if (e.key === 'Escape' && !command) return k.escape()
  if (!onGrid) return false
  if (command) return withCommand(e, k)
  switch (e.key) {
    case 'ArrowDown':
      return go(k, { rows: 1, extend: e.shiftKey })
    case 'ArrowUp':
      return go(k, { rows: -1, extend: e.shiftKey })
    case 'ArrowRight':
      return go(k, { cols: 1 })
    case 'ArrowLeft':
      return go(k, { cols: -1 })
    case 'PageDown':
      return go(k, { rows: PAGE_ROWS })
    case 'PageUp':
      return go(k, { rows: -PAGE_ROWS })
    case 'Home':
      return go(k, { cols: -1, edge: 'row' })
    case 'End':
      return go(k, { cols: 1, edge: 'row' })
    case 'Enter':
      return run(k.enter)
    case ' ':
      return run(k.peek)
    case 'F2':
      return run(k.edit)
    default:
      return false
  }
}
function withCommand(e: KeyboardEvent, k: ListKeys): boolean {
  if (e.key === 'Home') return go(k, { rows: -1, edge: 'list' })
  if (e.key === 'End') return go(k, { rows: 1, edge: 'list' })
  return false
}
const plain = (e: KeyboardEvent) => ({ target: e.target, defaultPrevented: e.defaultPrevented, altKey: e.altKey })
const go = (k: ListKeys, m: Move) => run(() => k.move(m))
function run(f: () => void): boolean {
  f()
  return true
}
