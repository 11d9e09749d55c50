import { useVirtualizer } from '@tanstack/react-virtual'
import { ChevronsLeft, ChevronsRight, Ellipsis, Plus, TriangleAlert } from 'lucide-react'
import { memo, useEffect, useState } from 'react'
import type { BoardColumn, Stage } from '@/api/gen/types.gen'
import { customFieldNow, isCustomId } from '@/shared/fields/fields'
import { cn } from '@/shared/lib/cn'
import { IconButton } from '@/shared/ui/icon-button'
import { Card, type CardActions } from './card'
import { useDrag, useDropColumn } from './drag'
import { CARD_H, GAP, PAD } from './geometry'
import { isOverdue, todayHere, toneOfStage } from './model'
import type { Lack } from './rules'
import { ColumnSums } from './sums'
import type { Tools } from './tools'

export type ColumnActions = CardActions & {
  add: (stageId: string) => void
  columnMenu: (stageId: string, anchor: HTMLElement) => void
  collapse: (stageId: string, on: boolean) => void
  more: (stageId: string) => void
  /** Lets the board bring a card into sight. */
  connect: (stageId: string, show: ((index: number) => void) | null) => void
  lacks: (ids: readonly string[], stageId: string) => Lack[]
}
type ColumnProps = {
  stage: Stage
  column: BoardColumn
  currency: string
  tools: Tools
  on: ColumnActions
  mayMove: boolean
  selection: ReadonlySet<string>
  lifted: readonly string[]
  tabStop: string | null
  loading: boolean
}
const AHEAD = 12

export const Column = memo(function Column(p: ColumnProps) {
  const { stage, column, tools, on, currency } = p
  const { t, fmt } = tools
  const [root, setRoot] = useState<HTMLElement | null>(null)
  const [list, setList] = useState<HTMLElement | null>(null)
  const { deals } = column
  const over = useDropColumn(root, list, stage.id, deals.length)
  const v = useVirtualizer({
    count: deals.length,
    getScrollElement: () => list,
    estimateSize: () => CARD_H + GAP,
    overscan: 4,
    getItemKey: (i) => deals[i]?.id ?? i,
    paddingStart: PAD,
    paddingEnd: 12,
  })
  const items = v.getVirtualItems()
  const today = todayHere()
  const nearEnd = (items.at(-1)?.index ?? 0) >= deals.length - AHEAD
  const { connect, more } = on
  useEffect(() => {
    if (nearEnd && column.nextCursor && !p.loading) more(stage.id)
  }, [nearEnd, column.nextCursor, p.loading, more, stage.id])
  useEffect(() => {
    connect(stage.id, (index) => v.scrollToIndex(index))
    return () => connect(stage.id, null)
  }, [connect, stage.id, v])
  const full = stage.wipLimit !== null && column.total > stage.wipLimit
  return (
    <section
      ref={setRoot}
      aria-label={stage.name}
      data-stage={stage.id}
      className={cn(
        'relative flex w-[82vw] shrink-0 snap-center flex-col rounded-t-lg transition-colors duration-100 md:w-auto md:max-w-[420px] md:min-w-[264px] md:flex-1',
        over !== null && 'bg-hover',
      )}
    >
      <header className="shrink-0 px-2.5 pt-1.5 pb-1">
        <div className="flex h-7 items-center gap-2">
          <span
            data-tone={toneOfStage(stage.color)}
            className="size-2.5 shrink-0 rounded-full bg-tone-solid"
            aria-hidden
          />
          <h2 className="min-w-0 truncate text-sm font-semibold">{stage.name}</h2>
          <span
            className={cn('tabular text-xs', full ? 'font-semibold text-danger' : 'text-subtle')}
            title={stage.wipLimit === null ? undefined : t('column.limit', { count: stage.wipLimit })}
          >
            {fmt.num(column.total)}
            {stage.wipLimit !== null && `/${fmt.num(stage.wipLimit)}`}
          </span>
          <span className="ml-auto flex shrink-0 items-center">
            {p.mayMove && (
              <IconButton
                size="icon-xs"
                label={t('column.add', { stage: stage.name })}
                onClick={() => on.add(stage.id)}
              >
                <Plus size={14} />
              </IconButton>
            )}
            <IconButton
              size="icon-xs"
              tip={false}
              label={t('column.actions', { stage: stage.name })}
              aria-haspopup="menu"
              onClick={(e) => on.columnMenu(stage.id, e.currentTarget)}
            >
              <Ellipsis size={14} />
            </IconButton>
            <IconButton
              size="icon-xs"
              label={t('column.collapse', { stage: stage.name })}
              className="max-md:hidden"
              onClick={() => on.collapse(stage.id, true)}
            >
              <ChevronsLeft size={14} />
            </IconButton>
          </span>
        </div>
        <ColumnSums amounts={column.amounts} currency={currency} stage={stage} tools={tools} />
      </header>
      <div ref={setList} className="no-scrollbar relative min-h-0 flex-1 overflow-y-auto px-1.5">
        <ul aria-label={stage.name} className="relative" style={{ height: v.getTotalSize() }}>
          {items.map((it) => {
            const card = deals[it.index]
            return card ? (
              <li
                key={card.id}
                aria-setsize={column.total}
                aria-posinset={it.index + 1}
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${it.start}px)`, height: CARD_H }}
              >
                <Card
                  card={card}
                  tools={tools}
                  on={on}
                  mayMove={p.mayMove}
                  selected={p.selection.has(card.id)}
                  lifted={p.lifted.includes(card.id)}
                  overdue={isOverdue(card, stage.kind, today)}
                  tabStop={p.tabStop === card.id}
                />
              </li>
            ) : null
          })}
          {over !== null && (
            <li
              aria-hidden
              className="pointer-events-none absolute inset-x-0 z-10 h-[2px] rounded-full bg-accent"
              style={{ top: PAD + over * (CARD_H + GAP) - GAP / 2 - 1 }}
            />
          )}
        </ul>
        {column.total === 0 && <p className="px-2 py-6 text-center text-xs text-subtle">{t('column.empty')}</p>}
      </div>
      <Forbidden stage={stage} on={on} tools={tools} />
    </section>
  )
})

/** While cards are dragged: what the stage asks for and they do not have. */
function Forbidden({ stage, on, tools: { t, fmt } }: { stage: Stage; on: ColumnActions; tools: Tools }) {
  const ids = useDrag((s) => s.ids)
  const lacks = ids.length > 0 ? on.lacks(ids, stage.id) : []
  if (lacks.length === 0) return null
  return (
    <p
      data-tone="amber"
      className="pointer-events-none absolute inset-x-1.5 bottom-3 z-10 flex items-start gap-2 rounded-lg bg-tone px-3 py-2 text-xs text-tone-fg shadow-pop"
    >
      <TriangleAlert size={14} className="mt-px shrink-0" aria-hidden />
      {t('column.asks', {
        what: fmt.list(lacks.map((l) => (isCustomId(l) ? (customFieldNow('deal', l)?.name ?? l) : t(`lack.${l}`)))),
      })}
    </p>
  )
}

/** A column of which only the name and the count are of interest; it still takes drops. */
export const CollapsedColumn = memo(function CollapsedColumn({
  stage,
  column,
  tools,
  on,
}: Pick<ColumnProps, 'stage' | 'column' | 'tools' | 'on'>) {
  const [root, setRoot] = useState<HTMLElement | null>(null)
  const over = useDropColumn(root, null, stage.id, 0)
  return (
    <section
      ref={setRoot}
      aria-label={stage.name}
      data-stage={stage.id}
      className="flex w-11 shrink-0 flex-col pt-1.5 pb-3 max-md:snap-center"
    >
      <button
        type="button"
        aria-label={tools.t('column.expand', { stage: stage.name, count: column.total })}
        onClick={() => on.collapse(stage.id, false)}
        className={cn(
          'flex min-h-0 flex-1 flex-col items-center gap-2 rounded-lg py-2 text-muted shadow-card hover:bg-hover hover:text-fg',
          over === null ? 'bg-surface' : 'bg-accent-soft outline-2 outline-accent',
        )}
      >
        <ChevronsRight size={14} aria-hidden />
        <span
          data-tone={toneOfStage(stage.color)}
          className="size-2.5 shrink-0 rounded-full bg-tone-solid"
          aria-hidden
        />
        <span className="tabular text-xs">{tools.fmt.num(column.total)}</span>
        <span className="min-h-0 truncate text-sm font-semibold [writing-mode:vertical-rl]">{stage.name}</span>
      </button>
    </section>
  )
})
