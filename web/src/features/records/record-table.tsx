import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp } from 'lucide-react'
import {
  type CSSProperties,
  lazy,
  type MouseEvent,
  memo,
  type PointerEvent,
  type Ref,
  Suspense,
  useEffect,
  useMemo,
  useState,
} from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { Button } from '@/shared/ui/button'
import { Checkbox } from '@/shared/ui/checkbox'
import { Skeleton } from '@/shared/ui/skeleton'
import { Cell, type Tools } from './cells'
import { type Column, clampWidth, type Layout, resizeColumn } from './columns'
import { type CrmRecord, type FieldId, type Kind, titleOf } from './fields'
import { iconOf, KINDS } from './kinds'
import type { Change } from './save'
import { isSelected, type Selection } from './selection'
import type { SortKey } from './sort'
import type { RecordList } from './use-list'
import type { Place } from './use-place'

const FieldEditor = lazy(() => import('./field-editor'))
export const preloadEditor = () => import('./field-editor')

export const ROW = 36
const HEAD = 34
/** The check box stands in the first column. */
const LEAD = 44
const TAIL = 12
const NEAR_END = 60
const pinned = 'sticky left-0 z-[2]'
/** The name of a CSS variable has no dot. */
const widthVar = (id: FieldId) => `--w-${id.replace('.', '_')}`

export type Active = { row: number; col: number }
export type Editing = { id: string; field: FieldId }
export type RefusedValue = Editing & { message: string; value: unknown }

export type TableProps = {
  kind: Kind
  list: RecordList
  columns: Column[]
  tools: Tools
  sort: readonly SortKey[]
  onSort: (id: string, add: boolean) => void
  onLayout: (next: (l: Layout) => Layout) => void
  selection: Selection
  onSelectAll: (on: boolean) => void
  /** `extend`: from the last one up to here. */
  onSelect: (row: number, on: boolean, extend: boolean) => void
  active: Active | null
  onActive: (a: Active) => void
  editing: Editing | null
  onEdit: (row: number, col: number) => void
  onChange: (record: CrmRecord, change: Change) => void
  onEditorClose: (step?: 1 | -1) => void
  refused: RefusedValue | null
  peek: string | undefined
  onOpen: (record: CrmRecord, e: MouseEvent) => void
  onOpenHref: (href: string, e: MouseEvent) => void
  gridRef: Ref<HTMLDivElement>
  place: Place
}

/** The grid keeps the focus and names its active cell: rows may come and go under it while one scrolls. */
export function RecordTable(p: TableProps) {
  const { t } = useTranslation('records')
  const { kind, columns, list, selection, active } = p
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null)
  const drag = useResize(p.onLayout)
  const widths = columns.map((c) => (drag.live?.id === c.id ? drag.live.width : c.width))
  const vars = Object.fromEntries(columns.map((c, i) => [widthVar(c.id), `${widths[i]}px`]))
  const nameWidth = (widths[0] ?? 0) + LEAD
  const width = widths.reduce((a, b) => a + b, LEAD + 24)
  const loadedSelected = list.rows.length > 0 && list.rows.every((r) => isSelected(selection, r.id))
  return (
    <div
      ref={setScroller}
      className="min-h-0 flex-1 overflow-auto [scrollbar-gutter:stable]"
      style={{ scrollPaddingLeft: nameWidth, scrollPaddingTop: HEAD, scrollPaddingBottom: 8 }}
    >
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the page listens for keys, wherever the focus is */}
      <div
        ref={p.gridRef}
        role="grid"
        tabIndex={0}
        aria-label={t(`${KINDS[kind].texts}.title`)}
        aria-rowcount={list.hasMore ? -1 : list.rows.length + 1}
        aria-colcount={columns.length}
        aria-multiselectable
        aria-busy={list.isRefreshing || undefined}
        aria-activedescendant={active ? cellId(active.row, active.col) : undefined}
        onFocus={(e) => {
          const tabbed = e.target === e.currentTarget && e.target.matches(':focus-visible')
          if (tabbed && !active) p.onActive({ row: 0, col: 0 })
        }}
        onClick={(e) => onGridClick(e, p)}
        onDoubleClick={(e) => {
          const at = cellOf(e)
          if (at && !(e.target as Element).closest('a,input')) p.onEdit(at.row, at.col)
        }}
        className="group/grid relative outline-none"
        style={{ ...vars, width, minWidth: '100%' } as CSSProperties}
      >
        <div
          role="row"
          aria-rowindex={1}
          className="sticky top-0 z-10 flex h-[34px] border-b border-line bg-surface text-xs text-subtle"
        >
          {columns.map((c, i) => (
            <HeaderCell key={c.id} column={c} index={i} p={p} onResize={drag.start}>
              {i === 0 && (
                <Checkbox
                  className="mr-0!"
                  aria-label={t('select.allLoaded')}
                  checked={selection.all || loadedSelected}
                  indeterminate={!selection.all && !loadedSelected && selection.ids.size > 0}
                  onCheckedChange={p.onSelectAll}
                />
              )}
            </HeaderCell>
          ))}
          <div role="presentation" className="flex-1" />
        </div>
        <Rows p={p} scroller={scroller} />
      </div>
    </div>
  )
}
const cellId = (row: number, col: number) => `cell-${row}-${col}`
function cellOf(e: MouseEvent): Active | null {
  const cell = (e.target as Element).closest<HTMLElement>('[data-col]')
  const row = cell?.closest<HTMLElement>('[data-row]')
  return cell && row ? { row: Number(row.dataset['row']), col: Number(cell.dataset['col']) } : null
}
function onGridClick(e: MouseEvent<HTMLDivElement>, p: TableProps) {
  const at = cellOf(e)
  if (!at) return
  const target = e.target as Element
  if (target.closest('[data-editor]')) return
  const record = p.list.rows[at.row]
  if (!record) return
  const box = target.closest<HTMLInputElement>('input[type=checkbox]')
  if (box) p.onSelect(at.row, !isSelected(p.selection, record.id), e.shiftKey)
  const link = target.closest('a')
  if (link?.hasAttribute('data-open')) p.onOpen(record, e)
  else if (link?.hasAttribute('data-in-app')) p.onOpenHref(link.getAttribute('href') ?? '', e)
  if (link) return
  p.onActive(at)
  e.currentTarget.focus({ preventScroll: true })
}

type HeaderProps = {
  column: Column
  index: number
  p: TableProps
  onResize: (e: PointerEvent, column: Column) => void
  children: React.ReactNode
}
function HeaderCell({ column, index, p, onResize, children }: HeaderProps) {
  const { t } = useTranslation('records')
  const Icon = iconOf(column)
  const at = p.sort.findIndex((s) => s.id === column.sort)
  const sort = at >= 0 ? p.sort[at] : undefined
  const label = (
    <>
      <Icon size={13} strokeWidth={1.9} className="shrink-0 text-faint" aria-hidden />
      <span className="truncate">{titleOf(column, t)}</span>
      {sort &&
        (sort.desc ? (
          <ArrowDown size={12} strokeWidth={2.2} className="shrink-0 text-accent" aria-hidden />
        ) : (
          <ArrowUp size={12} strokeWidth={2.2} className="shrink-0 text-accent" aria-hidden />
        ))}
      {sort && p.sort.length > 1 && <span className="tabular text-2xs text-accent-text">{at + 1}</span>}
    </>
  )
  return (
    <div
      role="columnheader"
      aria-colindex={index + 1}
      aria-sort={sort ? (sort.desc ? 'descending' : 'ascending') : column.sort ? 'none' : undefined}
      className={cn(
        'relative flex shrink-0 items-center border-r border-line-soft bg-surface',
        index === 0 && `${pinned} border-line! pl-4`,
      )}
      style={{ width: index === 0 ? `calc(var(${widthVar(column.id)}) + ${LEAD}px)` : `var(${widthVar(column.id)})` }}
    >
      {children}
      {column.sort ? (
        <button
          type="button"
          title={t('sort.hint')}
          onClick={(e) => p.onSort(column.sort ?? '', e.shiftKey)}
          className={cn(
            'flex h-full min-w-0 flex-1 items-center gap-1.5 px-3 font-medium outline-offset-[-2px] hover:text-fg',
            sort && 'text-fg',
          )}
        >
          {label}
        </button>
      ) : (
        <span className="flex min-w-0 flex-1 items-center gap-1.5 px-3 font-medium">{label}</span>
      )}
      <div
        aria-hidden
        onPointerDown={(e) => onResize(e, column)}
        onDoubleClick={() => p.onLayout((l) => resizeColumn(l, column.id, null))}
        className="absolute top-0 -right-[4px] z-[1] h-full w-[7px] cursor-col-resize touch-none hover:bg-accent/40"
      />
    </div>
  )
}
/** The width under the pointer lives in a CSS variable: rows do not render while one drags. */
function useResize(onLayout: TableProps['onLayout']) {
  const [live, setLive] = useState<{ id: FieldId; width: number } | null>(null)
  const start = (e: PointerEvent, column: Column) => {
    e.preventDefault()
    const from = e.clientX
    const handle = e.currentTarget as HTMLElement
    handle.setPointerCapture(e.pointerId)
    let width = column.width
    const move = (m: globalThis.PointerEvent) => {
      width = clampWidth(column.width + m.clientX - from)
      setLive({ id: column.id, width })
    }
    const stop = () => {
      handle.removeEventListener('pointermove', move)
      setLive(null)
      if (width !== column.width) onLayout((l) => resizeColumn(l, column.id, width))
    }
    handle.addEventListener('pointermove', move)
    handle.addEventListener('pointerup', stop, { once: true })
    handle.addEventListener('pointercancel', stop, { once: true })
  }
  return { live, start }
}

/** Owns the virtualiser, so a scroll renders neither the header nor the tool bar. */
function Rows({ p, scroller }: { p: TableProps; scroller: HTMLDivElement | null }) {
  const { list, columns, active, editing } = p
  const { rows, hasMore, fetchMore, isFetchingMore, moreFailed } = list
  const editingRow = editing ? rows.findIndex((r) => r.id === editing.id) : -1
  const v = useVirtualizer({
    count: rows.length + (hasMore ? TAIL : 0),
    getScrollElement: () => scroller,
    estimateSize: () => ROW,
    overscan: 8,
    initialOffset: p.place.top,
    scrollMargin: HEAD,
    scrollPaddingStart: HEAD,
    scrollPaddingEnd: ROW,
    // An open editor stays, however far one scrolls.
    rangeExtractor: (range) => {
      const all = []
      for (
        let i = Math.max(0, range.startIndex - range.overscan);
        i <= Math.min(range.count - 1, range.endIndex + range.overscan);
        i++
      )
        all.push(i)
      if (editingRow >= 0 && !all.includes(editingRow)) all.push(editingRow)
      return all
    },
  })
  const items = v.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (hasMore && !isFetchingMore && !moreFailed && last >= rows.length - NEAR_END) void fetchMore()
  }, [hasMore, isFetchingMore, moreFailed, last, rows.length, fetchMore])

  useKeepScroll(scroller, p.place)
  const row = active?.row
  const col = active?.col
  useEffect(() => {
    if (row === undefined || col === undefined) return
    if (!document.getElementById(cellId(row, col))) v.scrollToIndex(row)
    const id = requestAnimationFrame(() =>
      document.getElementById(cellId(row, col))?.scrollIntoView({ block: 'nearest', inline: 'nearest' }),
    )
    return () => cancelAnimationFrame(id)
  }, [row, col, v])

  return (
    <div role="rowgroup" className="relative" style={{ height: v.getTotalSize() }}>
      {items.map((it) => {
        const record = rows[it.index]
        const start = it.start - HEAD
        if (!record)
          return moreFailed && it.index === rows.length ? (
            <RetryRow key="retry" start={start} onRetry={() => void fetchMore()} />
          ) : (
            <SkeletonRow key={`s${it.index}`} columns={columns} start={start} />
          )
        const edited = editing?.id === record.id ? editing.field : null
        return (
          <BodyRow
            key={record.id}
            kind={p.kind}
            record={record}
            index={it.index}
            start={start}
            columns={columns}
            tools={p.tools}
            selected={isSelected(p.selection, record.id)}
            peeked={p.peek === record.id}
            activeCol={active?.row === it.index ? active.col : -1}
            editing={edited}
            refused={p.refused?.id === record.id ? p.refused : null}
            onChange={p.onChange}
            onClose={p.onEditorClose}
          />
        )
      })}
    </div>
  )
}
function useKeepScroll(scroller: HTMLDivElement | null, place: Place) {
  useEffect(() => {
    if (!scroller) return
    scroller.scrollTo(place.left, place.top)
    const keep = () => {
      place.top = scroller.scrollTop
      place.left = scroller.scrollLeft
    }
    scroller.addEventListener('scroll', keep, { passive: true })
    return () => scroller.removeEventListener('scroll', keep)
  }, [scroller, place])
}

type RowProps = {
  kind: Kind
  record: CrmRecord
  index: number
  start: number
  columns: Column[]
  tools: Tools
  selected: boolean
  peeked: boolean
  activeCol: number
  editing: FieldId | null
  refused: RefusedValue | null
  onChange: TableProps['onChange']
  onClose: TableProps['onEditorClose']
}
const rowCls =
  'group absolute inset-x-0 top-0 flex h-9 border-b border-line [--bg:var(--surface)] hover:[--bg:var(--row-hover)] data-[selected]:[--bg:var(--row-selected)] data-[peeked]:[--bg:var(--row-selected)]'
/** Memoised on what it shows: a scroll renders new rows only. */
const BodyRow = memo(function BodyRow(p: RowProps) {
  const { kind, record, index, columns, tools, selected } = p
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-row={index}
      data-selected={selected || undefined}
      data-peeked={p.peeked || undefined}
      className={cn(rowCls, (p.editing || p.refused) && 'z-[3]')}
      style={{ transform: `translateY(${p.start}px)`, background: 'var(--bg)' }}
    >
      {columns.map((c, i) => {
        const editing = p.editing === c.id
        const refused = p.refused?.field === c.id ? p.refused : null
        return (
          <div
            key={c.id}
            id={cellId(index, i)}
            role="gridcell"
            aria-colindex={i + 1}
            aria-invalid={refused ? true : undefined}
            data-col={i}
            data-active={p.activeCol === i || undefined}
            className={cn(
              'group/cell relative flex shrink-0 items-center border-r border-line-soft px-3 -outline-offset-2 outline-accent group-focus/grid:data-[active]:outline-2',
              i === 0 && `${pinned} border-line! pr-3 pl-4`,
              refused && !editing && 'outline-2 outline-danger!',
            )}
            style={{
              width: i === 0 ? `calc(var(${widthVar(c.id)}) + ${LEAD}px)` : `var(${widthVar(c.id)})`,
              background: i === 0 ? 'var(--bg)' : undefined,
            }}
          >
            {i === 0 && (
              <span className="relative mr-4 grid w-[15px] place-items-center">
                <Checkbox
                  tabIndex={-1}
                  aria-label={tools.t('select.one', { name: record.name })}
                  checked={selected}
                  className="opacity-55 group-hover:opacity-100 checked:opacity-100 focus-visible:opacity-100"
                />
              </span>
            )}
            <Cell kind={kind} field={c} record={record} tools={tools} />
            {refused && !editing && <RefusedNote>{refused.message}</RefusedNote>}
            {editing && <CellEditor p={p} column={c} id={cellId(index, i)} refused={refused ?? undefined} />}
          </div>
        )
      })}
      <div role="presentation" className="flex-1" />
    </div>
  )
})
const RefusedNote = ({ children }: { children: string }) => (
  <span
    role="alert"
    className="pointer-events-none absolute top-full left-0 z-20 mt-0.5 w-max max-w-72 rounded-md bg-raised px-2 py-1 text-xs text-danger shadow-pop"
  >
    {children}
  </span>
)
function CellEditor({ p, column, id, refused }: { p: RowProps; column: Column; id: string; refused?: RefusedValue }) {
  const anchor = useMemo(() => document.getElementById(id), [id])
  return (
    <span data-editor className="contents">
      <Suspense>
        <FieldEditor
          cell
          field={column}
          record={p.record}
          anchor={anchor}
          refused={refused}
          onChange={(change) => p.onChange(p.record, change)}
          onClose={p.onClose}
        />
      </Suspense>
    </span>
  )
}

function SkeletonRow({ columns, start }: { columns: Column[]; start: number }) {
  return (
    <div role="row" aria-hidden className={rowCls} style={{ transform: `translateY(${start}px)` }}>
      {columns.map((c, i) => (
        <div
          key={c.id}
          className={cn('flex shrink-0 items-center border-r border-line-soft px-3', i === 0 && 'gap-2.5 pl-[60px]')}
          style={{ width: i === 0 ? `calc(var(${widthVar(c.id)}) + ${LEAD}px)` : `var(${widthVar(c.id)})` }}
        >
          {i === 0 && <Skeleton className="size-5.5 shrink-0 rounded-full" />}
          <Skeleton className={cn('h-3', ['w-2/3', 'w-1/2', 'w-3/5'][i % 3])} />
        </div>
      ))}
    </div>
  )
}
function RetryRow({ start, onRetry }: { start: number; onRetry: () => void }) {
  const { t } = useTranslation('records')
  return (
    <div role="row" className={rowCls} style={{ transform: `translateY(${start}px)` }}>
      <div role="gridcell" className="sticky left-0 flex items-center gap-3 px-4 text-sm text-muted">
        {t('list.moreFailed')}
        <Button size="xs" onClick={onRetry}>
          {t('list.retry')}
        </Button>
      </div>
    </div>
  )
}

/** Before the first answer: the same geometry, nothing moves when the rows come. */
export function TableSkeleton({ columns }: { columns: Column[] }) {
  const { t } = useTranslation()
  const vars = Object.fromEntries(columns.map((c) => [widthVar(c.id), `${c.width}px`])) as CSSProperties
  return (
    <div
      role="status"
      aria-busy
      aria-label={t('ui.loading')}
      className="relative min-h-0 flex-1 overflow-hidden"
      style={vars}
    >
      <div className="flex h-[34px] border-b border-line">
        {columns.map((c, i) => (
          <div
            key={c.id}
            className={cn('flex shrink-0 items-center border-r border-line-soft px-3', i === 0 && 'pl-[60px]')}
            style={{ width: c.width + (i === 0 ? LEAD : 0) }}
          >
            <Skeleton className="h-3 w-16" />
          </div>
        ))}
      </div>
      <div className="relative">
        {Array.from({ length: 24 }, (_, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they have nothing else
          <SkeletonRow key={i} columns={columns} start={i * ROW} />
        ))}
      </div>
    </div>
  )
}
