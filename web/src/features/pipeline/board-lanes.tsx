import { ChevronDown } from 'lucide-react'
import { type KeyboardEvent, memo, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DealCard, Board as PipelineBoard, Stage } from '@/api/gen/types.gen'
import { cn } from '@/shared/lib/cn'
import { announce } from '@/shared/ui/announcer'
import { Avatar } from '@/shared/ui/avatar'
import { Button } from '@/shared/ui/button'
import { Card } from './card'
import type { ColumnActions } from './column'
import { useDropCell } from './drag'
import { CARD_H, GAP } from './geometry'
import {
  carried,
  dropPlace,
  type GroupBy,
  type Lane,
  type LanePlace,
  lanesOf,
  neighbour,
  placeInLanes,
  sumOf,
} from './lanes'
import { cardOf, columnOf, isOverdue, stageOf, todayHere } from './model'
import { StageDot } from './stage-dot'
import { ColumnSums } from './sums'
import type { Tools } from './tools'
import { stepOf } from './use-board-keys'

/** So many of a stage are read for the lanes; a board that holds more says so. */
const MOST = 1000
/** Of one cell, before one asks for more. */
const FIRST = 12
const columnCls = 'w-[82vw] shrink-0 px-1.5 md:w-auto md:max-w-[420px] md:min-w-[240px] md:flex-1'

type LanesProps = {
  board: PipelineBoard
  stages: readonly Stage[]
  by: GroupBy
  root: HTMLElement | null
  tools: Tools
  on: ColumnActions
  mayMove: boolean
  selection: ReadonlySet<string>
  tabStop: string | null
  loading: ReadonlySet<string>
  onFocusCard: (id: string) => void
  onDrop: (ids: readonly string[], stageId: string, lane: string, at: number) => void
}
/** The board in lanes: one row for each owner or source, the stages across. */
export default function BoardLanes({
  board,
  stages,
  by,
  root,
  tools,
  on,
  loading,
  onFocusCard,
  onDrop,
  ...p
}: LanesProps) {
  const { t } = tools
  const { i18n } = useTranslation()
  const lanes = useMemo(() => lanesOf(board, by, i18n.language), [board, by, i18n.language])
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set())
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set())
  const unfold = useCallback((cell: string) => setUnfolded((all) => new Set(all).add(cell)), [])
  const { more } = on
  const asked = useRef(new Set<string>())
  useEffect(() => {
    for (const c of board.columns) {
      // Once each: what failed was said, and is not asked for without end.
      if (!c.nextCursor || c.deals.length >= MOST || loading.has(c.stageId) || asked.current.has(c.nextCursor)) continue
      asked.current.add(c.nextCursor)
      more(c.stageId)
    }
  }, [board, loading, more])
  const cut = stages.some((s) => (columnOf(board, s.id)?.deals.length ?? 0) < (columnOf(board, s.id)?.total ?? 0))
  const reading = loading.size > 0
  const [lift, setLift] = useState<(LanePlace & { ids: readonly string[] }) | null>(null)
  const shownStages = stages.map((s) => s.id)
  const drop = lift && dropPlace(lanes, lift, lift.ids)
  const reveal = (laneKey: string, stageId: string, index: number) => {
    setFolded((f) => without(f, laneKey))
    if (index >= FIRST) unfold(cellKey(laneKey, stageId))
  }
  const walk = (id: string, step: [number, number]) => {
    const next = neighbour(lanes, shownStages, id, ...step)
    const lane = next && lanes.find((l) => l.cells.get(next.stageId)?.includes(next))
    if (!next) return
    if (lane) reveal(lane.key, next.stageId, lane.cells.get(next.stageId)?.indexOf(next) ?? 0)
    onFocusCard(next.id)
  }
  const pickUp = (id: string) => {
    const at = placeInLanes(lanes, id)
    if (!at) return
    setLift({ ...at, ids: on.idsOf(id) })
    announce(t('keys.lifted', { title: cardOf(board, id)?.title ?? '' }))
  }
  const carry = (from: LanePlace & { ids: readonly string[] }, step: [number, number]) => {
    const to = carried(lanes, shownStages, from.ids, from, ...step)
    const lane = lanes.find((l) => l.key === to.lane)
    const { at, total } = dropPlace(lanes, to, from.ids)
    reveal(to.lane, to.stageId, at - 1)
    setLift({ ...to, ids: from.ids })
    const stage = stageOf(board, to.stageId)?.name ?? ''
    announce(t('lanes.place', { lane: lane ? nameOf(lane, by, t) : '', stage, position: to.among + 1, total }))
  }
  const onKeyDownCapture = (e: KeyboardEvent) => {
    const id = (e.target as HTMLElement).dataset['card']
    const step = stepOf(e)
    if (!id || e.altKey || (!step && (e.metaKey || e.ctrlKey))) return
    if (step) lift ? carry(lift, step) : walk(id, step)
    else if (e.key === ' ' && p.mayMove && !lift) pickUp(id)
    else if (lift && drop && (e.key === ' ' || e.key === 'Enter')) {
      setLift(null)
      onDrop(lift.ids, lift.stageId, lift.lane, drop.at)
    } else if (lift && e.key === 'Escape') {
      setLift(null)
      announce(t('keys.cancelled'))
    } else if (e.key !== ' ' && !lift) return
    // What is carried is put down first.
    else if (lift && e.key === 'Tab') return setLift(null)
    e.preventDefault()
    e.stopPropagation()
  }
  return (
    <div onKeyDownCapture={onKeyDownCapture} className="w-max min-w-full pb-24">
      <div className="sticky top-0 z-10 flex gap-1 border-b border-line bg-sunken px-2 pt-1">
        {stages.map((s) => {
          const column = columnOf(board, s.id)
          return (
            <header key={s.id} className={cn(columnCls, 'px-2.5! pt-1.5 pb-1')}>
              <div className="flex h-7 items-center gap-2">
                <StageDot color={s.color} />
                <h2 className="min-w-0 truncate text-sm font-semibold">{s.name}</h2>
                <span className="tabular text-xs text-subtle">{tools.fmt.num(column?.total ?? 0)}</span>
              </div>
              {column && (
                <ColumnSums amounts={column.amounts} currency={board.pipeline.currency} stage={s} tools={tools} />
              )}
            </header>
          )
        })}
      </div>
      {cut && (
        <p role="status" className="sticky left-0 w-screen max-w-full px-4 pt-2 text-xs text-subtle">
          {t(reading ? 'lanes.reading' : 'lanes.cut', { count: MOST })}
        </p>
      )}
      {lanes.map((lane) => {
        const open = !folded.has(lane.key)
        return (
          <section key={lane.key} aria-label={nameOf(lane, by, t)} data-lane={lane.key}>
            <button
              type="button"
              aria-expanded={open}
              onClick={() => setFolded((f) => (f.has(lane.key) ? without(f, lane.key) : new Set(f).add(lane.key)))}
              className="sticky left-2 mt-2 flex h-9 max-w-[calc(100vw-16px)] items-center gap-2 rounded-md px-2 text-sm hover:bg-hover any-pointer-coarse:h-10"
            >
              <ChevronDown
                size={14}
                aria-hidden
                className={cn('shrink-0 text-subtle transition-transform', !open && '-rotate-90')}
              />
              {lane.owner && <Avatar name={lane.owner.name} size={20} />}
              <span className={cn('min-w-0 truncate font-semibold', lane.key === '' && 'text-muted')}>
                {nameOf(lane, by, t)}
              </span>
              <span className="tabular shrink-0 text-xs text-subtle">
                {tools.fmt.num(lane.deals)}
                {lane.minor > 0 &&
                  ` · ${tools.fmt.money(sumOf(lane, board.pipeline.currency), board.pipeline.currency, true)}`}
              </span>
            </button>
            {open && (
              <div className="flex gap-1 border-b border-line-soft px-2 pt-1 pb-2">
                {stages.map((s) => (
                  <Cell
                    key={s.id}
                    stage={s}
                    lane={lane.key}
                    label={`${nameOf(lane, by, t)}, ${s.name}`}
                    cards={lane.cells.get(s.id) ?? NONE}
                    root={root}
                    tools={tools}
                    on={on}
                    all={unfolded.has(cellKey(lane.key, s.id))}
                    onAll={unfold}
                    carried={drop && lift?.lane === lane.key && lift.stageId === s.id ? drop.at : null}
                    lifted={lift?.ids ?? NOTHING}
                    {...p}
                  />
                ))}
              </div>
            )}
          </section>
        )
      })}
    </div>
  )
}
const cellKey = (lane: string, stageId: string) => `${stageId} ${lane}`
const without = (all: ReadonlySet<string>, one: string): ReadonlySet<string> =>
  all.has(one) ? new Set([...all].filter((k) => k !== one)) : all
const NONE: readonly DealCard[] = []
const NOTHING: readonly string[] = []
/** Scrolled to, a cell is not behind the names of the stages. */
const UNDER_HEADER = { scrollMarginTop: 96 }
const nameOf = (lane: Lane, by: GroupBy, t: Tools['t']) =>
  lane.name ?? t(by === 'owner' ? 'card.noOwner' : 'lanes.noSource')

type CellProps = Pick<LanesProps, 'root' | 'tools' | 'on' | 'mayMove' | 'selection' | 'tabStop'> & {
  stage: Stage
  lane: string
  label: string
  cards: readonly DealCard[]
  all: boolean
  onAll: (cell: string) => void
  /** Before which card lifted ones would be put down. */
  carried: number | null
  lifted: readonly string[]
}
const Cell = memo(function Cell(p: CellProps) {
  const { stage, lane, label, cards, root, tools, on, mayMove, selection, tabStop, all, carried, lifted } = p
  const [el, setEl] = useState<HTMLElement | null>(null)
  const shown = all ? cards : cards.slice(0, FIRST)
  const over = useDropCell(el, root, { stageId: stage.id, lane }, shown.length) ?? carried
  useEffect(() => {
    if (carried !== null) el?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [el, carried])
  const today = todayHere()
  return (
    <div
      ref={setEl}
      data-stage={stage.id}
      style={UNDER_HEADER}
      className={cn(
        columnCls,
        'relative min-h-16 rounded-lg transition-colors duration-100',
        over !== null && 'bg-hover',
      )}
    >
      <ul aria-label={label} className="flex flex-col" style={{ gap: GAP }}>
        {shown.map((card) => (
          <li key={card.id} style={{ height: CARD_H }}>
            <Card
              card={card}
              tools={tools}
              on={on}
              mayMove={mayMove}
              selected={selection.has(card.id)}
              lifted={lifted.includes(card.id)}
              overdue={isOverdue(card, stage.kind, today)}
              tabStop={tabStop === card.id}
            />
          </li>
        ))}
      </ul>
      {over !== null && (
        <span
          aria-hidden
          className="pointer-events-none absolute inset-x-1.5 z-10 h-[2px] rounded-full bg-accent"
          style={{ top: Math.max(0, over * (CARD_H + GAP) - GAP / 2 - 1) }}
        />
      )}
      {cards.length > shown.length && (
        <Button variant="ghost" size="xs" className="mt-1" onClick={() => p.onAll(cellKey(lane, stage.id))}>
          {tools.t('lanes.more', { count: cards.length - shown.length })}
        </Button>
      )}
    </div>
  )
})
