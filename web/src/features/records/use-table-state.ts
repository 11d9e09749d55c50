import type { QueryClient } from '@tanstack/react-query'
import { type RefObject, useCallback, useRef, useState } from 'react'
import { i18n } from '@/shared/i18n'
import { announce } from '@/shared/ui/announcer'
import type { Column } from './columns'
import { editorOf, flagChange } from './editable'
import { type CrmRecord, type Kind, read } from './fields'
import type { Active, Editing, RefusedValue } from './record-table'
import { type Change, redoLast, save, undoLast } from './save'
import type { ListSearch } from './search-params'
import { everything, isSelected, nothing, range, type Selection, toggle } from './selection'
import type { RecordList, SetSearch } from './use-list'
import type { ListKeys, Move } from './use-list-keys'
import type { Place } from './use-place'

type Input = {
  kind: Kind
  list: RecordList
  columns: Column[]
  search: ListSearch
  setSearch: SetSearch
  qc: QueryClient
  mayWrite: boolean
  grid: RefObject<HTMLDivElement | null>
  open: (record: CrmRecord) => void
  place: Place
}
/** Which cell is active, which rows are chosen, what is being edited. All of it ends with the question the list answers. */
export function useTableState({ kind, list, columns, search, setSearch, qc, mayWrite, grid, open, place }: Input) {
  const [active, showActive] = useState<Active | null>(place.active)
  const [selection, setSelection] = useState<Selection>(nothing)
  const [editing, setEditing] = useState<Editing | null>(null)
  const [refused, setRefused] = useState<RefusedValue | null>(null)
  const lastPicked = useRef(0)
  const [key, setKey] = useState(list.key)
  if (key !== list.key) {
    setKey(list.key)
    showActive(place.active)
    setSelection(nothing)
    setEditing(null)
  }
  const setActive = (a: Active | null) => {
    place.active = a
    showActive(a)
  }
  const { rows } = list
  const ids = () => rows.map((r) => r.id)
  const focus = () => grid.current?.focus({ preventScroll: true })
  const at = active && rows[active.row] ? active : null

  const onSelect = (row: number, on: boolean, extend: boolean) => {
    const record = rows[row]
    if (!record) return
    const which = extend ? range(ids(), lastPicked.current, row) : [record.id]
    lastPicked.current = row
    setSelection((s) => toggle(s, which, on, ids()))
  }
  const startEdit = (row: number, col: number) => {
    const record = rows[row]
    const column = columns[col]
    if (!record || !column) return
    if (!mayWrite) return announce(i18n.t('records:readOnly'))
    const how = editorOf(column)
    setActive({ row, col })
    if (how === 'toggle') onChange(record, flagChange(column, read(record, column.id) !== true))
    else if (how) setEditing({ id: record.id, field: column.id })
  }
  const onChange = useCallback(
    (record: CrmRecord, change: Change) => {
      setRefused((r) => (r?.id === record.id && r.field === change.field ? null : r))
      void save(qc, kind, record, change, (message, value) => {
        setRefused({ id: record.id, field: change.field, message, value })
        announce(message, 'assertive')
      })
    },
    [qc, kind],
  )
  const close = (step?: 1 | -1) => {
    setEditing(null)
    focus()
    if (!at) return
    if (!step) return setRefused((r) => (r && r.id === rows[at.row]?.id && r.field === columns[at.col]?.id ? null : r))
    for (let col = at.col + step; col >= 0 && col < columns.length; col += step) {
      const column = columns[col]
      if (!column || !['input', 'popup'].includes(editorOf(column) ?? '')) continue
      startEdit(at.row, col)
      return
    }
  }
  const closeNow = useRef(close)
  closeNow.current = close
  const onEditorClose = useCallback((step?: 1 | -1) => closeNow.current(step), [])

  const peekAt = (id: string, push = false) => setSearch({ peek: id }, push)
  const closePeek = () => {
    setSearch({ peek: undefined })
    focus()
  }
  const move = ({ rows: dr = 0, cols: dc = 0, edge, extend }: Move) => {
    const clamp = (n: number, max: number) => Math.max(0, Math.min(max, n))
    const from = at ?? { row: dr > 0 ? -1 : 0, col: 0 }
    const far = (d: number, max: number) => (d > 0 ? max : 0)
    const row = edge === 'list' ? far(dr, rows.length - 1) : clamp(from.row + dr, rows.length - 1)
    const col = edge === 'row' ? far(dc, columns.length - 1) : clamp(from.col + dc, columns.length - 1)
    const record = rows[row]
    if (!record) return
    setActive({ row, col })
    if (document.activeElement !== grid.current) focus()
    if (extend && at) setSelection((s) => toggle(s, range(ids(), from.row, row), true, ids()))
    lastPicked.current = extend ? lastPicked.current : row
    if (search.peek) peekAt(record.id)
  }
  const keys: ListKeys = {
    grid: () => grid.current,
    move,
    enter: () => {
      const record = at && rows[at.row]
      if (!at || !record) return
      const column = columns[at.col]
      if (at.col === 0 || !column || !editorOf(column) || !mayWrite) open(record)
      else startEdit(at.row, at.col)
    },
    peek: () => {
      const record = rows[at?.row ?? 0]
      if (!record) return
      if (!at) setActive({ row: 0, col: 0 })
      if (search.peek === record.id) closePeek()
      else peekAt(record.id, !search.peek)
    },
    edit: () => (at ? startEdit(at.row, at.col) : rows.length > 0 ? startEdit(0, 0) : undefined),
    selectRange: () => at && onSelect(at.row, true, true),
    selectAll: () => setSelection(everything),
    undo: () => undoLast(qc),
    redo: () => redoLast(qc),
    escape: () => {
      if (search.peek) closePeek()
      else if (selection.all || selection.ids.size > 0) setSelection(nothing)
      else if (at) {
        setActive(null)
        grid.current?.blur()
      } else return false
      return true
    },
  }
  return {
    selection,
    keys,
    peekAt: (id: string) => {
      const row = rows.findIndex((r) => r.id === id)
      if (row >= 0) setActive({ row, col: at?.col ?? 0 })
      peekAt(id)
    },
    closePeek,
    clearSelection: () => setSelection(nothing),
    selectAll: () => setSelection(everything),
    toggleActive: () => {
      const record = at && rows[at.row]
      if (at && record) onSelect(at.row, !isSelected(selection, record.id), false)
    },
    table: {
      selection,
      active: at,
      onActive: setActive,
      editing,
      refused,
      onSelect,
      onSelectAll: (on: boolean) => setSelection(on ? { all: false, ids: new Set(ids()) } : nothing),
      onEdit: startEdit,
      onChange,
      onEditorClose,
    },
  }
}
