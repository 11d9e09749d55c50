import { useEffect, useRef } from 'react'
import { isKey, mayTakeKey } from '@/shared/commands/commands'

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
  if (command) return withCommand(e, k, onGrid)
  if (e.key === 'Escape') return k.escape()
  if (isKey(e, 'J')) return go(k, { rows: 1 })
  if (isKey(e, 'K')) return go(k, { rows: -1 })
  if (e.shiftKey && e.code === 'KeyX') return run(k.selectRange)
  if (!onGrid) return false
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
function withCommand(e: KeyboardEvent, k: ListKeys, onGrid: boolean): boolean {
  if (e.code === 'KeyZ' && !e.shiftKey) return run(k.undo)
  if (!onGrid) return false
  if (e.code === 'KeyA') return run(k.selectAll)
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
