import type {
  BoardColumn,
  DealCard,
  Board as PipelineBoard,
  Stage,
  Amount as StageAmount,
  StageColor,
} from '@/api/gen/types.gen'
import type { Tone } from '@/shared/ui/tone'

/** The board as a value: where cards are, and where they go. Nothing here asks or tells the server. */
export type Place = { stageId: string; afterId: string | null }
export type Move = { ids: readonly string[]; to: string; index: number }

export const toneOfStage = (color: StageColor): Tone => (color === 'yellow' ? 'amber' : color)
export const columnOf = (board: PipelineBoard, stageId: string) => board.columns.find((c) => c.stageId === stageId)
export const stageOf = (board: PipelineBoard, stageId: string) => board.pipeline.stages.find((s) => s.id === stageId)
export function cardOf(board: PipelineBoard, id: string): DealCard | undefined {
  for (const c of board.columns) {
    const card = c.deals.find((d) => d.id === id)
    if (card) return card
  }
}

/** The place among the cards that stay, for a drop before the card `at` of the column as it is shown. */
export function dropIndex(column: BoardColumn, ids: readonly string[], at: number): number {
  return at - column.deals.slice(0, at).filter((d) => ids.includes(d.id)).length
}

/** Takes the cards out of their columns and puts them, in their order, at `index` of the target. */
export function moveCards(board: PipelineBoard, { ids, to, index }: Move): PipelineBoard {
  const moved = ids.map((id) => cardOf(board, id)).filter((d) => d !== undefined)
  if (moved.length === 0 || !columnOf(board, to)) return board
  const columns = board.columns.map((column) => {
    const stays = column.deals.filter((d) => !ids.includes(d.id))
    const leaving = column.deals.filter((d) => ids.includes(d.id))
    if (column.stageId !== to)
      return leaving.length === 0 ? column : recount(board, { ...column, deals: stays }, leaving, -1)
    const at = Math.max(0, Math.min(stays.length, index))
    const entering = moved.filter((d) => d.stageId !== to)
    const placed = moved.map((d) => (d.stageId === to ? d : { ...d, stageId: to, daysInStage: 0, rotting: false }))
    return recount(board, { ...column, deals: stays.toSpliced(at, 0, ...placed) }, entering, 1)
  })
  return { ...board, columns }
}

/** Totals follow at once; the server's come with its next answer. */
function recount(board: PipelineBoard, column: BoardColumn, cards: readonly DealCard[], sign: 1 | -1): BoardColumn {
  if (cards.length === 0) return column
  const stage = stageOf(board, column.stageId)
  const amounts = new Map(column.amounts.map((a) => [a.currency, a]))
  for (const { amountMinor, currency } of cards) {
    if (amountMinor === null || currency === null) continue
    const before = amounts.get(currency) ?? { currency, amountMinor: 0, weightedMinor: 0 }
    amounts.set(currency, {
      currency,
      amountMinor: before.amountMinor + sign * amountMinor,
      weightedMinor: before.weightedMinor + sign * weighted(amountMinor, stage),
    })
  }
  return { ...column, total: column.total + sign * cards.length, amounts: [...amounts.values()] }
}
const weighted = (minor: number, stage: Stage | undefined) => Math.round((minor * (stage?.probability ?? 0)) / 100)

export function placesOf(board: PipelineBoard, ids: readonly string[]): Map<string, Place> {
  const places = new Map<string, Place>()
  for (const { stageId, deals } of board.columns)
    deals.forEach((d, i) => {
      if (ids.includes(d.id)) places.set(d.id, { stageId, afterId: deals[i - 1]?.id ?? null })
    })
  return places
}
/** Puts cards back to where they were, one after the other, so that neighbours that moved along are found again. */
export function putBack(board: PipelineBoard, places: ReadonlyMap<string, Place>): PipelineBoard {
  let next = board
  for (const [id, { stageId, afterId }] of places) {
    const rest = columnOf(next, stageId)?.deals.filter((d) => d.id !== id) ?? []
    next = moveCards(next, { ids: [id], to: stageId, index: rest.findIndex((d) => d.id === afterId) + 1 })
  }
  return next
}

/** `today` as `2026-12-24`, where the person is. */
export const isOverdue = (card: Pick<DealCard, 'expectedCloseOn'>, kind: Stage['kind'], today: string) =>
  kind === 'open' && card.expectedCloseOn !== null && card.expectedCloseOn < today
export const todayHere = (now = new Date()) =>
  [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((n) => String(n).padStart(2, '0')).join('-')

export function updateCard(board: PipelineBoard, id: string, change: Partial<DealCard>): PipelineBoard {
  return {
    ...board,
    columns: board.columns.map((c) =>
      c.deals.some((d) => d.id === id)
        ? { ...c, deals: c.deals.map((d) => (d.id === id ? { ...d, ...change } : d)) }
        : c,
    ),
  }
}
/** Another page of a column. A card that moved while it was read is not shown twice. */
export function appendPage(board: PipelineBoard, stageId: string, page: Pick<BoardColumn, 'deals' | 'nextCursor'>) {
  const here = new Set(board.columns.flatMap((c) => c.deals.map((d) => d.id)))
  const columns = board.columns.map((c) =>
    c.stageId === stageId
      ? { ...c, deals: [...c.deals, ...page.deals.filter((d) => !here.has(d.id))], nextCursor: page.nextCursor }
      : c,
  )
  return { ...board, columns }
}

/** Of several columns, by currency; the pipeline's own first. */
export function sumAmounts(columns: readonly Pick<BoardColumn, 'amounts'>[], first: string): StageAmount[] {
  const sums = new Map<string, StageAmount>()
  for (const a of columns.flatMap((c) => c.amounts)) {
    const before = sums.get(a.currency) ?? { currency: a.currency, amountMinor: 0, weightedMinor: 0 }
    sums.set(a.currency, {
      currency: a.currency,
      amountMinor: before.amountMinor + a.amountMinor,
      weightedMinor: before.weightedMinor + a.weightedMinor,
    })
  }
  return [...sums.values()]
    .filter((a) => a.amountMinor > 0)
    .sort((a, b) => Number(b.currency === first) - Number(a.currency === first))
}

/**
 * The server's answer holds the beginning of each column. What was loaded behind it stays, so that a long column does
 * not jump back to its top with every change.
 */
export function keepLoaded(before: PipelineBoard | undefined, fresh: PipelineBoard): PipelineBoard {
  if (!before) return fresh
  const told = new Set(fresh.columns.flatMap((c) => c.deals.map((d) => d.id)))
  const columns = fresh.columns.map((c) => {
    const loaded = columnOf(before, c.stageId)
    const last = c.deals.at(-1)
    if (!last || c.nextCursor === null || !loaded || loaded.deals.length <= c.deals.length) return c
    const rest = loaded.deals.filter((d) => d.position > last.position && !told.has(d.id))
    return { ...c, deals: [...c.deals, ...rest], nextCursor: loaded.nextCursor }
  })
  return { ...fresh, columns }
}
