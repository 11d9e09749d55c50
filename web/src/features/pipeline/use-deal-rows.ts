import { type KeyboardEvent, useRef, useState } from 'react'
import type { Deal } from '@/api/gen/types.gen'
import { isAction, unshifted } from '@/shared/commands/keys'
import { everything, isSelected, nothing, range, type Selection, toggle } from '@/shared/lib/selection'
import { useDealCommands } from './use-deal-commands'

type RowsInput = { maySelect: boolean; onOpen: (id: string) => void; onEdit: ((id: string) => void) | null }
/**
 * Which deals of the table are chosen, and the table by keyboard: arrows walk, Shift takes along, X chooses, Ctrl A all
 * that are loaded, Escape none, Space looks into the deal.
 */
export function useDealRows(rows: readonly Deal[], key: string, show: (index: number) => void, p: RowsInput) {
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
  const chooseLoaded = () => setSelection({ all: false, ids: new Set(ids) })
  const here = () => Math.min(at, Math.max(0, rows.length - 1))
  const step = (by: 1 | -1) => rows.length > 0 && focus(Math.max(0, Math.min(rows.length - 1, at + by)))
  useDealCommands({
    next: () => step(1),
    previous: () => step(-1),
    select: p.maySelect ? () => select(here(), !isSelected(selection, ids[here()] ?? ''), false) : null,
    selectAll: p.maySelect ? chooseLoaded : null,
    edit: p.onEdit && rows.length > 0 ? () => p.onEdit?.(ids[here()] ?? '') : null,
  })
  const onKeyDown = (e: KeyboardEvent) => {
    const row = (e.target as HTMLElement).closest<HTMLElement>('[data-row]')?.dataset['row']
    const index = row === undefined ? at : Number(row)
    const step = stepOf(e)
    const plain = !e.metaKey && !e.ctrlKey
    if (e.altKey) return
    if (p.maySelect && isAction(e, 'selectAll')) chooseLoaded()
    else if (step) {
      const next = Math.max(0, Math.min(rows.length - 1, index + step))
      if (e.shiftKey && p.maySelect) {
        last.current = index
        select(next, true, true)
      }
      focus(next)
    } else if (p.maySelect && isAction(unshifted(e), 'select'))
      select(index, !isSelected(selection, ids[index] ?? ''), e.shiftKey)
    else if (plain && e.key === ' ' && (e.target as HTMLElement).tagName === 'A') p.onOpen(ids[index] ?? '')
    else if (plain && e.key === 'Escape' && (selection.all || selection.ids.size > 0)) setSelection(nothing)
    else return
    e.preventDefault()
    e.stopPropagation()
  }
  return {
    selection,
    table,
    /** The one row that Tab leads to. */
    tabStop: here(),
    onKeyDown,
    onFocus: setAt,
    select,
    selectLoaded: (on: boolean) => setSelection(on ? { all: false, ids: new Set(ids) } : nothing),
    selectAll: () => setSelection(everything),
    clear: () => setSelection(nothing),
  }
}

/** Arrows, and the keys for next and previous. */
function stepOf(e: KeyboardEvent): 1 | -1 | undefined {
  const plain = !e.metaKey && !e.ctrlKey
  if ((plain && e.key === 'ArrowDown') || isAction(unshifted(e), 'next')) return 1
  return (plain && e.key === 'ArrowUp') || isAction(unshifted(e), 'previous') ? -1 : undefined
}
