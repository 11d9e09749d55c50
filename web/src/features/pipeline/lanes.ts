import type { BoardColumn, DealCard, Named, Board as PipelineBoard } from '@/api/gen/types.gen'
import { toMajor } from './money'

/** The board in lanes: one for each owner or source. Pure. */
export type GroupBy = 'owner' | 'source'
export type Lane = {
  /** The owner's id, the source in small letters; empty for those without. */
  key: string
  name: string | null
  owner: Named | null
  cells: ReadonlyMap<string, DealCard[]>
  /** Open ones only, and what they are worth in minor units of the pipeline's currency. */
  deals: number
  minor: number
}
const keyOf = (card: DealCard, by: GroupBy) =>
  by === 'owner' ? (card.owner?.id ?? '') : (card.source?.trim().toLowerCase() ?? '')

/** By name; those without come last. */
export function lanesOf({ columns, pipeline }: PipelineBoard, by: GroupBy, locale: string): Lane[] {
  const lanes = new Map<string, Lane & { cells: Map<string, DealCard[]> }>()
  const open = new Set(pipeline.stages.filter((s) => s.kind === 'open').map((s) => s.id))
  for (const { stageId, deals } of columns)
    for (const card of deals) {
      const key = keyOf(card, by)
      let lane = lanes.get(key)
      if (!lane) {
        const name = by === 'owner' ? (card.owner?.name ?? null) : card.source?.trim() || null
        lane = { key, name, owner: by === 'owner' ? card.owner : null, cells: new Map(), deals: 0, minor: 0 }
        lanes.set(key, lane)
      }
      const cell = lane.cells.get(stageId)
      if (cell) cell.push(card)
      else lane.cells.set(stageId, [card])
      if (!open.has(stageId)) continue
      lane.deals += 1
      if (card.currency === pipeline.currency) lane.minor += card.amountMinor ?? 0
    }
  return [...lanes.values()].sort(
    (a, b) => Number(a.key === '') - Number(b.key === '') || (a.name ?? '').localeCompare(b.name ?? '', locale),
  )
}
export const sumOf = (lane: Lane, currency: string) => toMajor(lane.minor, currency)

/** A drop before the card `at` of a cell → the place among the cards of the whole column that stay. */
export function indexInColumn(
  column: BoardColumn,
  cell: readonly DealCard[],
  ids: readonly string[],
  at: number,
): number {
  const stays = column.deals.filter((d) => !ids.includes(d.id))
  const before = cell.slice(at).find((d) => !ids.includes(d.id))
  if (before) return stays.indexOf(before)
  const above = cell.slice(0, at).findLast((d) => !ids.includes(d.id))
  return above ? stays.indexOf(above) + 1 : 0
}
/** What a card that goes to a lane becomes; null where it is there already. */
export function laneChange(card: DealCard, lane: Lane, by: GroupBy): Partial<DealCard> | null {
  if (keyOf(card, by) === lane.key) return null
  return by === 'owner' ? { owner: lane.owner } : { source: lane.name }
}

/** The card an arrow leads to: down and up through the lanes, left and right within one. */
export function neighbour(lanes: readonly Lane[], stages: readonly string[], id: string, dx: number, dy: number) {
  const y = lanes.findIndex((l) => [...l.cells.values()].some((c) => c.some((d) => d.id === id)))
  const lane = lanes[y]
  const x = stages.findIndex((s) => lane?.cells.get(s)?.some((d) => d.id === id))
  const cell = lane?.cells.get(stages[x] ?? '') ?? []
  const at = cell.findIndex((d) => d.id === id)
  if (!lane || at < 0) return null
  if (dx) {
    for (let i = x + dx; i >= 0 && i < stages.length; i += dx) {
      const next = lane.cells.get(stages[i] ?? '')
      if (next?.length) return next[Math.min(at, next.length - 1)] ?? null
    }
    return null
  }
  if (cell[at + dy]) return cell[at + dy] ?? null
  for (let i = y + dy; i >= 0 && i < lanes.length; i += dy) {
    const next = lanes[i]?.cells.get(stages[x] ?? '')
    if (next?.length) return (dy > 0 ? next[0] : next.at(-1)) ?? null
  }
  return null
}

/** Where cards are carried to: before so many of the cards of a cell that stay. */
export type LanePlace = { lane: string; stageId: string; among: number }
const staying = (lane: Lane | undefined, stageId: string, ids: readonly string[]) =>
  (lane?.cells.get(stageId) ?? []).filter((d) => !ids.includes(d.id))

export function placeInLanes(lanes: readonly Lane[], id: string): LanePlace | null {
  for (const lane of lanes)
    for (const [stageId, cards] of lane.cells) {
      const among = cards.findIndex((d) => d.id === id)
      if (among >= 0) return { lane: lane.key, stageId, among }
    }
  return null
}
/** An arrow carries cards: across to the top of the stage beside; up and down through the cell, then through the lanes. */
export function carried(
  lanes: readonly Lane[],
  stages: readonly string[],
  ids: readonly string[],
  at: LanePlace,
  dx: number,
  dy: number,
): LanePlace {
  if (dx) {
    const stageId = stages[stages.indexOf(at.stageId) + dx]
    return stageId === undefined ? at : { ...at, stageId, among: 0 }
  }
  const y = lanes.findIndex((l) => l.key === at.lane)
  const among = at.among + dy
  if (among >= 0 && among <= staying(lanes[y], at.stageId, ids).length) return { ...at, among }
  const lane = lanes[y + dy]
  if (!lane) return at
  return { lane: lane.key, stageId: at.stageId, among: dy > 0 ? 0 : staying(lane, at.stageId, ids).length }
}
/** The same as the place of a drop: before the card `at` of the cell as it is shown, of so many that it will have. */
export function dropPlace(lanes: readonly Lane[], { lane, stageId, among }: LanePlace, ids: readonly string[]) {
  const target = lanes.find((l) => l.key === lane)
  const cell = target?.cells.get(stageId) ?? []
  const stays = staying(target, stageId, ids)
  const next = stays[among]
  return { at: next ? cell.indexOf(next) : cell.length, total: stays.length + ids.length }
}
