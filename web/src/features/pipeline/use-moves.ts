import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { DealMove, Missing, Board as PipelineBoard } from '@/api/gen/types.gen'
import { isApiError } from '@/shared/api/errors'
import { i18n } from '@/shared/i18n'
import { announce } from '@/shared/ui/announcer'
import { toast } from '@/shared/ui/toast'
import { api, type BoardQuery, keys, refreshBoards } from './api'
import { cardOf, columnOf, type Move, moveCards, type Place, placesOf, putBack, stageOf, updateCard } from './model'

export type Extra = Pick<DealMove, 'reason' | 'lostReason' | 'override'>
/** What must be answered before a move can be made. */
export type Asking =
  | { kind: 'lost'; move: Move }
  | { kind: 'missing'; move: Move; dealId: string; missing: Missing[]; extra: Extra }

type Board = { qc: QueryClient; id: string; query: BoardQuery }
let queue: Promise<unknown> = Promise.resolve()
let waiting = 0

/** Moves of cards: shown at once, sent one after the other, taken back when refused. */
export function useMoves(id: string, query: BoardQuery) {
  const qc = useQueryClient()
  const [asking, setAsking] = useState<Asking | null>(null)
  const moves = useMemo(() => {
    const board: Board = { qc, id, query }
    /** `alsoUndo`: what is taken back with it, before it. */
    const move = (m: Move, extra: Extra = {}, undoing = false, alsoUndo?: () => Promise<void>) => {
      const before = read(board)
      const stage = before && stageOf(before, m.to)
      if (!before || !stage) return
      const crossing = m.ids.some((x) => cardOf(before, x)?.stageId !== m.to)
      if (stage.kind === 'lost' && crossing && !extra.lostReason) return setAsking({ kind: 'lost', move: m })
      const places = placesOf(before, m.ids)
      const after = moveCards(before, m)
      if (sameOrder(before, after, m.to)) return
      void qc.cancelQueries({ queryKey: keys.boards })
      write(board, () => after)
      announce(told(after, m))
      waiting += 1
      queue = queue
        .then(() => send(board, m, afterOf(after, m), places, extra))
        .then((refused) => {
          waiting -= 1
          // The server's answer would undo what is shown of the moves that are not sent yet.
          if (waiting === 0) refreshBoards(qc)
          if (refused) setAsking({ kind: 'missing', move: m, extra, ...refused })
          else if (refused === null && crossing && !undoing)
            toast.undo(
              movedText(m, stage.name),
              () => void Promise.resolve(alsoUndo?.()).then(() => undo(move, board, places)),
            )
        })
    }
    return { move, close: () => setAsking(null) }
  }, [qc, id, query])
  return { ...moves, asking }
}
export type MoveCards = ReturnType<typeof useMoves>['move']

const read = ({ qc, id, query }: Board) => qc.getQueryData<PipelineBoard>(keys.board(id, query))
const write = ({ qc, id, query }: Board, change: (b: PipelineBoard) => PipelineBoard) =>
  qc.setQueryData<PipelineBoard>(keys.board(id, query), (b) => b && change(b))

function sameOrder(a: PipelineBoard, b: PipelineBoard, stageId: string) {
  const ids = (board: PipelineBoard) =>
    columnOf(board, stageId)
      ?.deals.map((d) => d.id)
      .join()
  return a === b || ids(a) === ids(b)
}
function told(board: PipelineBoard, m: Move) {
  const column = columnOf(board, m.to)
  const stage = stageOf(board, m.to)?.name ?? ''
  const position = (column?.deals.findIndex((d) => d.id === m.ids[0]) ?? 0) + 1
  return i18n.t('pipeline:moved.place', { stage, position, total: column?.total ?? 0 })
}
const movedText = (m: Move, stage: string) => i18n.t('pipeline:moved.to', { count: m.ids.length, stage })

/** null: done; undefined: it failed and that was said; else what the stage asks for. */
async function send(board: Board, m: Move, after: string | undefined, places: Map<string, Place>, extra: Extra) {
  const { qc } = board
  let afterId = after
  for (const [at, id] of m.ids.entries()) {
    try {
      const version = cardVersion(board, id)
      const deal = await api.move(id, {
        stageId: m.to,
        ...(afterId ? { afterId } : {}),
        ...(version ? { version } : {}),
        ...extra,
      })
      const { position, stageEnteredAt, daysInStage, rotting } = deal
      write(board, (b) => updateCard(b, id, { version: deal.version, position, stageEnteredAt, daysInStage, rotting }))
      qc.setQueryData(keys.deal(id), deal)
      afterId = id
    } catch (e) {
      const rest = new Map([...places].filter(([x]) => m.ids.indexOf(x) >= at))
      write(board, (b) => putBack(b, rest))
      return refusal(board, id, e)
    }
  }
  return null
}
const cardVersion = (board: Board, id: string) => {
  const b = read(board)
  return b && cardOf(b, id)?.version
}
/** Who stood above when the card was put down: later moves may have changed that before this one is sent. */
function afterOf(board: PipelineBoard, m: Move): string | undefined {
  const deals = columnOf(board, m.to)?.deals ?? []
  return deals[deals.findIndex((d) => d.id === m.ids[0]) - 1]?.id
}

function refusal(board: Board, dealId: string, e: unknown) {
  if (isApiError(e) && e.code === 'stage_rules')
    return { dealId, missing: (e.facts['missing'] as Missing[] | undefined) ?? [] }
  const b = read(board)
  const name = (b && cardOf(b, dealId)?.title) ?? ''
  if (isApiError(e) && e.status === 409)
    toast.add({ type: 'info', title: i18n.t('pipeline:moved.meanwhile', { name }) })
  else toast.error(i18n.t('pipeline:moved.failed', { name }), e)
  announce(i18n.t('pipeline:moved.failed', { name }), 'assertive')
}

function undo(move: (m: Move, extra?: Extra, undoing?: boolean) => void, board: Board, places: Map<string, Place>) {
  for (const [id, { stageId, afterId }] of places) {
    const b = read(board)
    const rest = (b && columnOf(b, stageId)?.deals.filter((d) => d.id !== id)) ?? []
    move({ ids: [id], to: stageId, index: rest.findIndex((d) => d.id === afterId) + 1 }, {}, true)
  }
}
