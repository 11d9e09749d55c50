import { type KeyboardEvent, useRef, useState } from 'react'
import type { Deal } from '@/api/gen/types.gen'
import { everything, isSelected, nothing, range, type Selection, toggle } from '@/shared/lib/selection'

/**
 * Which deals of the table are chosen, and the table by keyboard: arrows walk, Shift takes along, X chooses, Ctrl A all
 * that are loaded, Escape none.
 */
export function useDealRows(rows: readonly Deal[], key: string, show: (index: number) => void) {
  const [selection, setSelection] = useState<Selection>(nothing)
  const [at, setAt] = useState(0)
  const [asked, setAsked] = useState(key)
  const last = useRef(0)
  const table = useRef<HTMLDivElement>(null)
  if (asked !== key) {
    setAsked(key)
    setSelection(nothing)
    setAt(0)
  }
  const ids = rows.map((d) => d.id)
  const select = (index: number, on: boolean, extend: boolean) => {
    const which = extend ? range(ids, last.current, index) : ids.slice(index, index + 1)
    last.current = index
    setSelection((s) => toggle(s, which, on, ids))
  }
  const focus = (index: number) => {
    setAt(index)
    show(index)
    requestAnimationFrame(() => table.current?.querySelector<HTMLElement>(`[data-row="${index}"] a`)?.focus())
  }
  const onKeyDown = (e: KeyboardEvent) => {
    const row = (e.target as HTMLElement).closest<HTMLElement>('[data-row]')?.dataset['row']
    const index = row === undefined ? at : Number(row)
    const step = { ArrowDown: 1, ArrowUp: -1, KeyJ: 1, KeyK: -1 }[e.code]
    if (e.altKey) return
    if (e.code === 'KeyA' && (e.metaKey || e.ctrlKey)) setSelection({ all: false, ids: new Set(ids) })
    else if (e.metaKey || e.ctrlKey) return
    else if (step) {
      const next = Math.max(0, Math.min(rows.length - 1, index + step))
      if (e.shiftKey) {
        last.current = index
        select(next, true, true)
      }
      focus(next)
    } else if (e.code === 'KeyX') select(index, !isSelected(selection, ids[index] ?? ''), e.shiftKey)
    else if (e.key === 'Escape' && (selection.all || selection.ids.size > 0)) setSelection(nothing)
    else return
    e.preventDefault()
    e.stopPropagation()
  }
  return {
    selection,
    table,
    /** The one row that Tab leads to. */
    tabStop: Math.min(at, Math.max(0, rows.length - 1)),
    onKeyDown,
    onFocus: setAt,
    select,
    selectLoaded: (on: boolean) => setSelection(on ? { all: false, ids: new Set(ids) } : nothing),
    selectAll: () => setSelection(everything),
    clear: () => setSelection(nothing),
  }
}
