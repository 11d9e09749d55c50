import { useQueryClient } from '@tanstack/react-query'
import { lazy, type MouseEvent, Suspense, useCallback, useMemo, useRef, useState } from 'react'
import type { Board as PipelineBoard } from '@/api/gen/types.gen'
import { cn } from '@/shared/lib/cn'
import { useSession } from '@/shared/session/session'
import { toast } from '@/shared/ui/toast'
import { api, type BoardQuery, keys } from './api'
import { ClosingZones } from './closing-zones'
import { useCollapsed } from './collapsed'
import { CollapsedColumn, Column, type ColumnActions } from './column'
import { type Target, useDrag, useDrops } from './drag'
import type { GroupBy } from './lanes'
import { appendPage, cardOf, columnOf, dropIndex, type Move, moveCards, stageOf } from './model'
import { isFull, lacksOf } from './rules'
import { useTools } from './tools'
import { useTouchDrag } from './touch-drag'
import { takeFocus, useBoardKeys } from './use-board-keys'
import { useDealCommands } from './use-deal-commands'
import { useLaneDrop } from './use-lane-drop'
import type { MoveCards } from './use-moves'
import { useSelection } from './use-selection'

const BoardMenu = lazy(() => import('./board-menu'))
const SelectionBar = lazy(() => import('./selection-bar'))
const BoardLanes = lazy(() => import('./board-lanes'))

type BoardProps = {
  board: PipelineBoard
  query: BoardQuery
  move: MoveCards
  /** In lanes: one for each owner, or source. */
  group: GroupBy | undefined
  mayMove: boolean
  onOpen: (id: string) => void
  onEdit: (id: string) => void
  onNew: (stageId: string) => void
  onHistory: (stageId: string) => void
  onStages: (() => void) | null
}
/** The columns of a pipeline with their cards. */
export function Board({
  board: given,
  query,
  move,
  group,
  mayMove,
  onOpen,
  onEdit,
  onNew,
  onHistory,
  onStages,
}: BoardProps) {
  const tools = useTools()
  const { t } = tools
  const qc = useQueryClient()
  const { role } = useSession()
  const [lift, setLift] = useState<Move | null>(null)
  const board = useMemo(() => (lift ? moveCards(given, lift) : given), [given, lift])
  const { pipeline } = board
  const stages = useMemo(() => pipeline.stages.filter((s) => s.archivedAt === null), [pipeline])
  const [collapsed, setCollapsed] = useCollapsed(pipeline)
  const { selection, toggle, all, clear } = useSelection(board)
  const [root, setRoot] = useState<HTMLElement | null>(null)
  const [menu, setMenu] = useState<{ anchor: HTMLElement; card?: string; stage?: string } | null>(null)
  const [loading, setLoading] = useState<ReadonlySet<string>>(new Set())
  const shows = useRef(new Map<string, (index: number) => void>())
  const heir = useRef<string | null>(null)
  const now = useRef({ board, selection, role })
  now.current = { board, selection, role }

  const cursor = useBoardKeys({
    board,
    stages,
    collapsed,
    lift,
    setLift,
    root,
    mayMove,
    selection,
    move,
    toggle,
    clear,
    shows,
    heir,
  })
  const { current } = cursor
  useDealCommands({
    next: cursor.enter,
    previous: cursor.enter,
    select: current ? () => toggle(current) : null,
    selectAll: all,
    edit: current && mayMove ? () => onEdit(current) : null,
    stageBack: current && mayMove ? () => cursor.send(current, -1) : null,
    stageOn: current && mayMove ? () => cursor.send(current, 1) : null,
  })
  const toLane = useLaneDrop({ board, group, query, move })
  const drop = (ids: readonly string[], { stageId, at, lane }: Target) => {
    const column = columnOf(board, stageId)
    if (!column) return
    if (group && lane !== undefined) toLane(ids, stageId, lane, at)
    else move({ ids, to: stageId, index: dropIndex(column, ids, at) })
  }
  useDrops(root, drop)
  useTouchDrag(root, mayMove, {
    idsOf: (id) => (selection.has(id) ? [...selection] : [id]),
    onDrop: drop,
    onStay: (id, el) => setMenu({ card: id, anchor: el.querySelector('button') ?? el }),
  })
  const dragging = useDrag((s) => s.ids.length > 0)

  const loadMore = useCallback(
    (stageId: string) => {
      const cursor = columnOf(now.current.board, stageId)?.nextCursor
      if (!cursor) return
      setLoading((s) => new Set(s).add(stageId))
      const key = keys.board(pipeline.id, query)
      api
        .column(pipeline.id, stageId, query, cursor)
        .then(({ items, nextCursor }) =>
          qc.setQueryData<PipelineBoard>(key, (b) => b && appendPage(b, stageId, { deals: items, nextCursor })),
        )
        .catch((e: unknown) => toast.error(t('column.moreFailed'), e))
        .finally(() => setLoading((s) => new Set([...s].filter((x) => x !== stageId))))
    },
    [qc, pipeline.id, query, t],
  )
  const on = useMemo<ColumnActions>(
    () => ({
      press: (id: string, e: MouseEvent) => {
        if (e.metaKey || e.ctrlKey || e.shiftKey) {
          e.preventDefault()
          toggle(id, e.shiftKey)
        } else if (e.button === 0 && !e.altKey) {
          e.preventDefault()
          onOpen(id)
        }
      },
      arrive: (id, el) => takeFocus(heir, id, el),
      menu: (card, anchor) => setMenu({ card, anchor }),
      columnMenu: (stage, anchor) => setMenu({ stage, anchor }),
      idsOf: (id) => (now.current.selection.has(id) ? [...now.current.selection] : [id]),
      add: onNew,
      collapse: setCollapsed,
      more: loadMore,
      connect: (stageId, show) => (show ? shows.current.set(stageId, show) : shows.current.delete(stageId)),
      lacks: (ids, stageId) => {
        const { board: b, role: r } = now.current
        const to = stageOf(b, stageId)
        const column = columnOf(b, stageId)
        const cards = ids.map((x) => cardOf(b, x)).filter((c) => c !== undefined)
        if (!to || !column) return []
        const entering = cards.filter((c) => c.stageId !== stageId).length
        const lacks = lacksOf(cards, (c) => stageOf(b, c.stageId), to, r)
        return isFull(column, to, entering) ? [...lacks, 'wip'] : lacks
      },
    }),
    [onOpen, onNew, setCollapsed, loadMore, toggle],
  )
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <div
        ref={setRoot}
        role="group"
        aria-label={pipeline.name}
        aria-describedby="board-keys"
        onKeyDown={cursor.onKeyDown}
        onFocus={cursor.onFocus}
        onBlur={cursor.onBlur}
        className={cn(
          'min-h-0 flex-1 bg-sunken',
          group ? 'overflow-auto' : 'flex gap-1 overflow-x-auto overflow-y-hidden px-2 pt-1 md:snap-none',
          // A column that snaps would pull against the finger at the edge.
          !dragging && !group && 'snap-x snap-mandatory',
        )}
      >
        <p id="board-keys" hidden>
          {t('keys.hint')}
        </p>
        {group && (
          <Suspense>
            <BoardLanes
              board={board}
              stages={stages.filter((s) => !collapsed.has(s.id))}
              by={group}
              root={root}
              tools={tools}
              on={on}
              mayMove={mayMove}
              selection={selection}
              tabStop={cursor.tabStop}
              loading={loading}
              onDrop={toLane}
              onFocusCard={(id) => cursor.focusCard(id, cardOf(board, id)?.stageId ?? '', 0)}
            />
          </Suspense>
        )}
        {(group ? [] : stages).map((stage) => {
          const column = columnOf(board, stage.id)
          if (!column) return null
          return collapsed.has(stage.id) ? (
            <CollapsedColumn key={stage.id} stage={stage} column={column} tools={tools} on={on} />
          ) : (
            <Column
              key={stage.id}
              stage={stage}
              column={column}
              currency={pipeline.currency}
              tools={tools}
              on={on}
              mayMove={mayMove}
              selection={selection}
              lifted={cursor.lifted}
              tabStop={cursor.tabStop}
              loading={loading.has(stage.id)}
            />
          )
        })}
      </div>
      <ClosingZones stages={stages} tools={tools} />
      <Suspense>
        {menu && (
          <BoardMenu
            {...menu}
            board={board}
            stages={stages}
            mayMove={mayMove}
            ids={menu.card ? on.idsOf(menu.card) : []}
            onMove={(ids, to) => move({ ids, to, index: 0 })}
            onOpen={onOpen}
            onSelect={toggle}
            onNew={onNew}
            onHistory={onHistory}
            onStages={onStages}
            onCollapse={(id) => setCollapsed(id, true)}
            onClose={() => setMenu(null)}
          />
        )}
        {selection.size > 0 && (
          <SelectionBar
            ids={selection}
            stages={stages}
            mayMove={mayMove}
            onMove={(to) => {
              move({ ids: [...selection], to, index: 0 })
              clear()
            }}
            onClear={clear}
          />
        )}
      </Suspense>
    </div>
  )
}
