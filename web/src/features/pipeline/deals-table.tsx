import { useInfiniteQuery } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp, SearchX } from 'lucide-react'
import { type MouseEvent, memo, type ReactNode, useEffect, useMemo, useState } from 'react'
import type { Deal, Pipeline, Stage } from '@/api/gen/types.gen'
import { cn } from '@/shared/lib/cn'
import { Avatar, CompanyLogo } from '@/shared/ui/avatar'
import { Badge, Tag } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { Skeleton } from '@/shared/ui/skeleton'
import { dealsOptions } from './api'
import { toneOfStage } from './model'
import { toMajor } from './money'
import { dealsQuery, isAsked, type PipelineSearch } from './search-params'
import { type Tools, useTools } from './tools'

const ROW_H = 36
type Column = {
  id: 'title' | 'stage' | 'amount' | 'company' | 'contact' | 'owner' | 'expectedCloseOn' | 'tags' | 'stageEnteredAt'
  sort?: string
  width: number
  end?: boolean
}
const COLUMNS: readonly Column[] = [
  { id: 'title', sort: 'title', width: 280 },
  { id: 'stage', width: 150 },
  { id: 'amount', sort: 'amount', width: 130, end: true },
  { id: 'company', width: 180 },
  { id: 'contact', width: 180 },
  { id: 'owner', width: 160 },
  { id: 'expectedCloseOn', sort: 'expectedCloseOn', width: 140 },
  { id: 'stageEnteredAt', sort: 'stageEnteredAt', width: 110, end: true },
  { id: 'tags', width: 180 },
]
const GRID = COLUMNS.map((c) => (c.id === 'title' ? `minmax(${c.width}px,1fr)` : `${c.width}px`)).join(' ')
const WIDTH = COLUMNS.reduce((sum, c) => sum + c.width, 0)

type DealsTableProps = {
  pipeline: Pipeline
  search: PipelineSearch
  set: (patch: Partial<PipelineSearch>, push?: boolean) => void
  onOpen: (id: string) => void
}
/** The deals of a pipeline as rows. */
export default function DealsTable({ pipeline, search, set, onOpen }: DealsTableProps) {
  const tools = useTools()
  const { t } = tools
  const { q: words, owner, rotting, sort, trash } = search
  const query = useMemo(
    () => dealsQuery(pipeline.id, { q: words, owner, rotting, sort, trash }),
    [pipeline.id, words, owner, rotting, sort, trash],
  )
  const list = useInfiniteQuery(dealsOptions(query))
  const rows = useMemo(() => list.data?.pages.flatMap((p) => p.items) ?? [], [list.data])
  const stages = useMemo(() => new Map(pipeline.stages.map((s) => [s.id, s])), [pipeline])
  const [scroller, setScroller] = useState<HTMLElement | null>(null)
  const v = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller,
    estimateSize: () => ROW_H,
    overscan: 10,
  })
  const items = v.getVirtualItems()
  const nearEnd = (items.at(-1)?.index ?? 0) >= rows.length - 20
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list
  useEffect(() => {
    if (nearEnd && hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [nearEnd, hasNextPage, isFetchingNextPage, fetchNextPage])
  if (list.error && !list.data)
    return <ErrorState error={list.error} onRetry={() => void list.refetch()} className="m-auto" />
  if (list.data && rows.length === 0)
    return <Nothing asked={isAsked(search) || !!trash} tools={tools} onClear={() => set(NOTHING_ASKED, true)} />
  return (
    <div
      ref={setScroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it can be scrolled from the keyboard
      tabIndex={0}
      role="region"
      aria-label={t('title')}
      className="relative min-h-0 flex-1 overflow-auto outline-offset-[-2px]"
    >
      <div
        role="table"
        aria-label={t('title')}
        aria-rowcount={list.data?.pages[0]?.page.total ?? -1}
        style={{ minWidth: WIDTH }}
      >
        <div
          role="row"
          className="sticky top-0 z-10 grid h-[34px] items-center border-b border-line bg-surface"
          style={{ gridTemplateColumns: GRID }}
        >
          {COLUMNS.map((c) => (
            <Header key={c.id} column={c} sort={sort} tools={tools} onSort={(next) => set({ sort: next }, true)} />
          ))}
        </div>
        {list.isPending ? (
          <Rows />
        ) : (
          <div role="rowgroup" className="relative" style={{ height: v.getTotalSize() }}>
            {items.map((it) => {
              const deal = rows[it.index]
              return deal ? (
                <Row
                  key={deal.id}
                  deal={deal}
                  top={it.start}
                  index={it.index}
                  stage={stages.get(deal.stageId)}
                  tools={tools}
                  onOpen={onOpen}
                />
              ) : null
            })}
          </div>
        )}
      </div>
    </div>
  )
}
const NOTHING_ASKED = { q: undefined, owner: undefined, rotting: undefined, trash: undefined } as const

type HeaderProps = {
  column: Column
  sort: string | undefined
  tools: Tools
  onSort: (sort: string | undefined) => void
}
function Header({ column, sort, tools: { t }, onSort }: HeaderProps) {
  const label = t(`field.${column.id}`)
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
          className="flex h-7 min-w-0 items-center gap-1 rounded-sm hover:text-fg"
        >
          <span className="truncate">{label}</span>
          {on && <Arrow size={12} aria-hidden />}
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
  tools: Tools
  onOpen: (id: string) => void
}
const Row = memo(function Row({ deal: d, top, index, stage, tools: { t, fmt }, onOpen }: RowProps) {
  const open = (e: MouseEvent) => {
    if (e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return
    e.preventDefault()
    onOpen(d.id)
  }
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className="absolute inset-x-0 grid items-center border-b border-line-soft text-sm hover:bg-row-hover"
      style={{ top, height: ROW_H, gridTemplateColumns: GRID }}
    >
      <Cell>
        <a
          href={`/deals/${d.id}`}
          onClick={open}
          className="truncate font-medium underline-offset-[3px] hover:underline"
        >
          {d.title}
        </a>
      </Cell>
      <Cell>
        {stage && (
          <Badge tone={toneOfStage(stage.color)} dot>
            {stage.name}
          </Badge>
        )}
      </Cell>
      <Cell end>
        {d.amountMinor !== null && d.currency !== null && (
          <span className="tabular">{fmt.money(toMajor(d.amountMinor, d.currency), d.currency)}</span>
        )}
      </Cell>
      <Cell>
        {d.company && (
          <>
            <CompanyLogo name={d.company.name} size={16} />
            <span className="truncate">{d.company.name}</span>
          </>
        )}
      </Cell>
      <Cell>{d.contact && <Person name={d.contact.name} />}</Cell>
      <Cell>{d.owner && <Person name={d.owner.name} />}</Cell>
      <Cell>{d.expectedCloseOn && <span className="tabular">{fmt.day(`${d.expectedCloseOn}T12:00:00Z`)}</span>}</Cell>
      <Cell end>
        <span className={cn('tabular', d.rotting && 'font-medium text-danger')}>
          {t('card.daysShort', { count: d.daysInStage })}
          {d.rotting && <span className="sr-only"> {t('card.rotting', { count: d.daysInStage })}</span>}
        </span>
      </Cell>
      <Cell>
        {d.tags.map((x) => (
          <Tag key={x} className="shrink-0">
            {x}
          </Tag>
        ))}
      </Cell>
    </div>
  )
})
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
function Rows() {
  return (
    <div aria-busy>
      {Array.from({ length: 12 }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they never move
        <div key={i} className="flex items-center gap-6 border-b border-line-soft px-3" style={{ height: ROW_H }}>
          <Skeleton className="h-3.5 w-56" />
          <Skeleton className="h-3.5 w-24" />
          <Skeleton className="h-3.5 w-20" />
          <Skeleton className="h-3.5 w-32" />
        </div>
      ))}
    </div>
  )
}
function Nothing({ asked, tools: { t }, onClear }: { asked: boolean; tools: Tools; onClear: () => void }) {
  return (
    <EmptyState
      icon={SearchX}
      tone="gray"
      title={t(asked ? 'nothing.title' : 'empty.title')}
      text={asked ? undefined : t('empty.text')}
      className="m-auto"
      actions={
        asked && (
          <Button size="md" onClick={onClear}>
            {t('nothing.clear')}
          </Button>
        )
      }
    />
  )
}
