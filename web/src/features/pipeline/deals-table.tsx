import { useInfiniteQuery } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp, Columns3, SearchX } from 'lucide-react'
import {
  lazy,
  type MouseEvent,
  memo,
  type ReactNode,
  Suspense,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { useTranslation } from 'react-i18next'
import type { Deal, Pipeline, Stage } from '@/api/gen/types.gen'
import { CustomValue } from '@/shared/fields/value'
import { cn } from '@/shared/lib/cn'
import { isSelected } from '@/shared/lib/selection'
import { useMediaQuery } from '@/shared/lib/use-media-query'
import { useCan } from '@/shared/session/session'
import { Avatar, CompanyLogo } from '@/shared/ui/avatar'
import { Badge, Tag } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { Checkbox } from '@/shared/ui/checkbox'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { IconButton } from '@/shared/ui/icon-button'
import { Meant } from '@/shared/ui/meant'
import { Skeleton } from '@/shared/ui/skeleton'
import { useToastLift } from '@/shared/ui/use-toast-lift'
import { dealsOptions } from './api'
import { type Column, columnTitle, useDealColumns } from './deal-columns'
import { toneOfStage } from './model'
import { toMajor } from './money'
import { dealsQuery, isAsked, NOTHING_ASKED } from './questions'
import type { PipelineSearch } from './search-params'
import { type Tools, useTools } from './tools'
import { useDealRows } from './use-deal-rows'

const DealsBulkBar = lazy(() => import('./deals-bulk-bar'))
const ColumnsMenu = lazy(() => import('./deal-columns-menu'))

const ROW_H = 36
const CARD_H = 72
/** The check box before the title, the button for columns at the end. */
const LEAD = 40
const TAIL = 40
const gridOf = (columns: readonly Column[]) =>
  [
    `${LEAD}px`,
    ...columns.map((c) => (c.id === 'title' ? `minmax(${c.width}px,1fr)` : `${c.width}px`)),
    `${TAIL}px`,
  ].join(' ')

type DealsTableProps = {
  pipeline: Pipeline
  search: PipelineSearch
  set: (patch: Partial<PipelineSearch>, push?: boolean) => void
  onOpen: (id: string) => void
  onEdit: (id: string) => void
}
/** The deals of a pipeline as rows; on the phone as cards. */
export default function DealsTable({ pipeline, search, set, onOpen, onEdit }: DealsTableProps) {
  const tools = useTools()
  const { t } = tools
  const phone = useMediaQuery('(max-width: 767px)')
  const mayBulk = useCan('crm.deals.bulk')
  const mayWrite = useCan('crm.deals.write')
  const { q: words, owner, rotting, filter, sort, trash } = search
  const query = useMemo(
    () => dealsQuery(pipeline.id, { q: words, owner, rotting, filter, sort, trash }),
    [pipeline.id, words, owner, rotting, filter, sort, trash],
  )
  const list = useInfiniteQuery(dealsOptions(query))
  const rows = useMemo(() => list.data?.pages.flatMap((p) => p.items) ?? [], [list.data])
  const total = list.data?.pages.at(-1)?.page.total ?? 0
  const stages = useMemo(() => new Map(pipeline.stages.map((s) => [s.id, s])), [pipeline])
  const { all, columns, layout, change } = useDealColumns()
  const grid = useMemo(() => gridOf(columns), [columns])
  const [scroller, setScroller] = useState<HTMLElement | null>(null)
  const [columnsButton, setColumnsButton] = useState<HTMLElement | null>(null)
  const [choosing, setChoosing] = useState(false)
  const rowHeight = phone ? CARD_H : ROW_H
  const v = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller,
    estimateSize: () => rowHeight,
    overscan: 10,
  })
  useEffect(() => {
    if (rowHeight) v.measure()
  }, [v, rowHeight])
  const table = useDealRows(rows, JSON.stringify(query), (i) => v.scrollToIndex(i), {
    maySelect: mayBulk,
    onOpen,
    onEdit: mayWrite && !trash ? onEdit : null,
  })
  const { selection } = table
  const chosen = selection.all || selection.ids.size > 0
  useToastLift(chosen ? 84 : 0)
  const select = useRef(table.select)
  select.current = table.select
  const onSelect = useCallback((i: number, on: boolean, extend: boolean) => select.current(i, on, extend), [])
  const items = v.getVirtualItems()
  const nearEnd = (items.at(-1)?.index ?? 0) >= rows.length - 20
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = list
  useEffect(() => {
    if (nearEnd && hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage()
  }, [nearEnd, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage])
  if (list.error && !list.data)
    return <ErrorState error={list.error} onRetry={() => void list.refetch()} className="m-auto" />
  if (list.data && rows.length === 0)
    return (
      <Nothing
        asked={isAsked(search) || !!trash}
        q={search.q}
        tools={tools}
        onSearch={(q) => set({ q }, true)}
        onClear={() => set(NOTHING_ASKED, true)}
      />
    )
  const width = columns.reduce((sum, c) => sum + c.width, LEAD + TAIL)
  const allLoaded = rows.length > 0 && rows.every((d) => isSelected(selection, d.id))
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <div
        ref={setScroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it can be scrolled from the keyboard
        tabIndex={0}
        role="region"
        aria-label={t('title')}
        className="relative min-h-0 flex-1 overflow-auto outline-offset-[-2px]"
      >
        <div
          ref={table.table}
          role="table"
          aria-label={t('title')}
          aria-rowcount={total}
          onKeyDown={table.onKeyDown}
          style={phone ? undefined : { minWidth: width }}
        >
          <div
            role="row"
            className={cn(
              'sticky top-0 z-10 grid h-[34px] items-center border-b border-line bg-surface',
              phone && 'sr-only!',
            )}
            style={{ gridTemplateColumns: grid }}
          >
            <div role="columnheader" className="grid place-items-center">
              {mayBulk && (
                <Checkbox
                  aria-label={t('table.selectAll')}
                  checked={selection.all || allLoaded}
                  indeterminate={!selection.all && !allLoaded && chosen}
                  onCheckedChange={table.selectLoaded}
                />
              )}
            </div>
            {columns.map((c) => (
              <Header key={c.id} column={c} sort={sort} tools={tools} onSort={(next) => set({ sort: next }, true)} />
            ))}
            <div role="columnheader" aria-label={t('columns.title')} className="grid place-items-center">
              {!phone && (
                <IconButton
                  ref={setColumnsButton}
                  size="icon-xs"
                  label={t('columns.title')}
                  aria-haspopup="dialog"
                  onClick={() => setChoosing(true)}
                >
                  <Columns3 size={14} />
                </IconButton>
              )}
            </div>
          </div>
          {list.isPending ? (
            <Rows phone={phone} />
          ) : (
            <div role="rowgroup" className="relative" style={{ height: v.getTotalSize() + (chosen ? 72 : 0) }}>
              {items.map((it) => {
                const deal = rows[it.index]
                return deal ? (
                  <Row
                    key={deal.id}
                    deal={deal}
                    top={it.start}
                    index={it.index}
                    stage={stages.get(deal.stageId)}
                    columns={columns}
                    grid={grid}
                    tools={tools}
                    phone={phone}
                    tabStop={it.index === table.tabStop}
                    selected={isSelected(selection, deal.id)}
                    onSelect={mayBulk ? onSelect : null}
                    onFocus={table.onFocus}
                    onOpen={onOpen}
                  />
                ) : null
              })}
            </div>
          )}
        </div>
        {isFetchNextPageError && (
          <div className="flex items-center gap-3 px-4 py-3 text-sm text-muted">
            {t('column.moreFailed')}
            <Retry onRetry={() => void fetchNextPage()} />
          </div>
        )}
      </div>
      {!phone && list.data && (
        <footer className="tabular flex h-9 shrink-0 items-center border-t border-line bg-sunken px-4 text-xs font-medium text-muted">
          {t('table.count', { count: total })}
        </footer>
      )}
      <Suspense>
        {chosen && (
          <DealsBulkBar
            selection={selection}
            total={total}
            query={query}
            trash={!!trash}
            stages={pipeline.stages}
            onAll={table.selectAll}
            onClear={table.clear}
          />
        )}
        {choosing && (
          <ColumnsMenu
            columns={all}
            layout={layout}
            anchor={columnsButton}
            onLayout={change}
            onClose={() => setChoosing(false)}
          />
        )}
      </Suspense>
    </div>
  )
}
function Retry({ onRetry }: { onRetry: () => void }) {
  const { t } = useTranslation()
  return (
    <Button size="xs" onClick={onRetry}>
      {t('action.retry')}
    </Button>
  )
}

type HeaderProps = {
  column: Column
  sort: string | undefined
  tools: Tools
  onSort: (sort: string | undefined) => void
}
function Header({ column, sort, tools: { t }, onSort }: HeaderProps) {
  const label = columnTitle(column, t)
  const on = column.sort !== undefined && (sort === column.sort || sort === `-${column.sort}`)
  const down = on && sort?.startsWith('-')
  const Arrow = down ? ArrowDown : ArrowUp
  const next = !on ? column.sort : down ? undefined : `-${column.sort}`
  return (
    <div
      role="columnheader"
      aria-sort={on ? (down ? 'descending' : 'ascending') : undefined}
      className={cn('flex min-w-0 px-3 text-xs font-medium text-subtle', column.end && 'justify-end')}
    >
      {column.sort ? (
        <button
          type="button"
          onClick={() => onSort(next)}
          className={cn('flex h-7 min-w-0 items-center gap-1 rounded-sm hover:text-fg', on && 'text-fg')}
        >
          <span className="truncate">{label}</span>
          {on && <Arrow size={12} strokeWidth={2.2} className="shrink-0 text-accent" aria-hidden />}
        </button>
      ) : (
        <span className="truncate">{label}</span>
      )}
    </div>
  )
}

type RowProps = {
  deal: Deal
  top: number
  index: number
  stage: Stage | undefined
  columns: readonly Column[]
  grid: string
  tools: Tools
  phone: boolean
  tabStop: boolean
  selected: boolean
  onSelect: ((index: number, on: boolean, extend: boolean) => void) | null
  onFocus: (index: number) => void
  onOpen: (id: string) => void
}
const Row = memo(function Row(p: RowProps) {
  const { deal: d, index, tools, selected, onSelect } = p
  const open = (e: MouseEvent) => {
    if (e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return
    e.preventDefault()
    p.onOpen(d.id)
  }
  const box = onSelect && (
    <Checkbox
      tabIndex={-1}
      aria-label={tools.t('table.select', { title: d.title })}
      checked={selected}
      onClick={(e) => onSelect(index, !selected, e.shiftKey)}
      className={cn(
        'relative z-[1]',
        !p.phone && 'opacity-55 group-hover:opacity-100 checked:opacity-100 focus-visible:opacity-100',
      )}
    />
  )
  const link = (cls: string) => (
    <a
      href={`/deals/${d.id}`}
      tabIndex={p.tabStop ? 0 : -1}
      onClick={open}
      onFocus={() => p.onFocus(index)}
      className={cn('truncate underline-offset-[3px] hover:underline', cls)}
    >
      {d.title}
    </a>
  )
  if (p.phone)
    return (
      <div
        role="row"
        aria-rowindex={index + 2}
        aria-selected={selected}
        data-row={index}
        className={cn(
          'group absolute inset-x-0 border-b border-line',
          selected ? 'bg-row-selected' : 'active:bg-hover',
        )}
        style={{ top: p.top, height: CARD_H }}
      >
        <PhoneCard p={p} box={box} link={link('text-base font-semibold after:absolute after:inset-0')} />
      </div>
    )
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-row={index}
      className={cn(
        'group absolute inset-x-0 grid items-center border-b border-line-soft text-sm',
        selected ? 'bg-row-selected' : 'hover:bg-row-hover',
      )}
      style={{ top: p.top, height: ROW_H, gridTemplateColumns: p.grid }}
    >
      <div role="cell" className="grid place-items-center">
        {box}
      </div>
      {p.columns.map((c) => (
        <Cell key={c.id} end={c.end}>
          {c.id === 'title' ? link('font-medium') : <Value column={c} deal={d} stage={p.stage} tools={tools} />}
        </Cell>
      ))}
    </div>
  )
})
function PhoneCard({ p: { deal: d, stage, tools }, box, link }: { p: RowProps; box: ReactNode; link: ReactNode }) {
  return (
    <div role="cell" className="relative flex h-full items-center gap-3 px-4">
      {box}
      <div className="min-w-0 flex-1">
        <div className="flex items-baseline gap-2">
          {link}
          <span className="tabular ml-auto shrink-0 text-sm font-medium">
            <Money deal={d} tools={tools} />
          </span>
        </div>
        <div className="mt-1 flex items-center gap-2 text-sm text-muted">
          {stage && (
            <Badge tone={toneOfStage(stage.color)} dot className="shrink-0">
              {stage.name}
            </Badge>
          )}
          <span className="min-w-0 flex-1 truncate">{d.company?.name ?? d.contact?.name ?? ''}</span>
          {d.owner && <Avatar name={d.owner.name} size={20} />}
        </div>
      </div>
    </div>
  )
}
type ValueProps = { column: Column; deal: Deal; stage: Stage | undefined; tools: Tools }
function Value({ column, deal: d, stage, tools }: ValueProps): ReactNode {
  const { t, fmt } = tools
  if (column.custom) return <CustomValue field={column.custom} value={d.custom[column.custom.key]} fmt={fmt} />
  switch (column.id) {
    case 'stage':
      return (
        stage && (
          <Badge tone={toneOfStage(stage.color)} dot>
            {stage.name}
          </Badge>
        )
      )
    case 'amount':
      return <Money deal={d} tools={tools} />
    case 'company':
      return (
        d.company && (
          <>
            <CompanyLogo name={d.company.name} size={16} />
            <span className="truncate">{d.company.name}</span>
          </>
        )
      )
    case 'contact':
      return d.contact && <Person name={d.contact.name} />
    case 'owner':
      return d.owner && <Person name={d.owner.name} />
    case 'expectedCloseOn':
      return d.expectedCloseOn && <span className="tabular">{fmt.day(`${d.expectedCloseOn}T12:00:00Z`)}</span>
    case 'createdAt':
      return <span className="tabular text-muted">{fmt.day(d.createdAt)}</span>
    case 'source':
      return d.source && <span className="truncate">{d.source}</span>
    case 'stageEnteredAt':
      return (
        <span className={cn('tabular', d.rotting && 'font-medium text-danger')}>
          {t('card.daysShort', { count: d.daysInStage })}
          {d.rotting && <span className="sr-only"> {t('card.rotting', { count: d.daysInStage })}</span>}
        </span>
      )
    case 'tags':
      return d.tags.map((x) => (
        <Tag key={x} className="shrink-0">
          {x}
        </Tag>
      ))
    default:
      return null
  }
}
function Money({ deal: d, tools: { fmt } }: { deal: Deal; tools: Tools }) {
  if (d.amountMinor === null || d.currency === null) return null
  return <span className="tabular">{fmt.money(toMajor(d.amountMinor, d.currency), d.currency)}</span>
}
function Cell({ children, end }: { children: ReactNode; end?: boolean }) {
  return (
    <div role="cell" className={cn('flex min-w-0 items-center gap-2 overflow-hidden px-3', end && 'justify-end')}>
      {children}
    </div>
  )
}
const Person = ({ name }: { name: string }) => (
  <>
    <Avatar name={name} size={18} />
    <span className="truncate">{name}</span>
  </>
)
function Rows({ phone }: { phone: boolean }) {
  return (
    <div aria-busy>
      {Array.from({ length: 12 }, (_, i) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: they never move
          key={i}
          className="flex items-center gap-6 border-b border-line-soft px-3"
          style={{ height: phone ? CARD_H : ROW_H }}
        >
          <Skeleton className="h-3.5 w-56" />
          <Skeleton className="h-3.5 w-24 max-md:hidden" />
          <Skeleton className="h-3.5 w-20" />
          <Skeleton className="h-3.5 w-32 max-md:hidden" />
        </div>
      ))}
    </div>
  )
}
type NothingProps = {
  asked: boolean
  q: string | undefined
  tools: Tools
  onSearch: (q: string) => void
  onClear: () => void
}
function Nothing({ asked, q, tools: { t }, onSearch, onClear }: NothingProps) {
  return (
    <EmptyState
      icon={SearchX}
      tone="gray"
      title={t(asked ? 'nothing.title' : 'empty.title')}
      text={asked ? undefined : t('empty.text')}
      className="m-auto"
      actions={
        asked && (
          <>
            {q && <Meant q={q} onSearch={onSearch} />}
            <Button size="md" onClick={onClear}>
              {t('nothing.clear')}
            </Button>
          </>
        )
      }
    />
  )
}
