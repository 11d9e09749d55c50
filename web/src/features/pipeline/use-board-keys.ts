import { type FocusEvent, type KeyboardEvent, type RefObject, useState } from 'react'
import type { Board as PipelineBoard, Stage } from '@/api/gen/types.gen'
import { i18n } from '@/shared/i18n'
import { announce } from '@/shared/ui/announcer'
import { cardOf, columnOf, type Move, moveCards, stageOf } from './model'
import type { MoveCards } from './use-moves'

type Input = {
  board: PipelineBoard
  stages: readonly Stage[]
  collapsed: ReadonlySet<string>
  /** Where lifted cards are being carried: only shown, sent when they are put down. */
  lift: Move | null
  setLift: (lift: Move | null) => void
  root: HTMLElement | null
  mayMove: boolean
  selection: ReadonlySet<string>
  move: MoveCards
  toggle: (id: string, extend?: boolean) => void
  clear: () => void
  shows: RefObject<Map<string, (index: number) => void>>
}

/**
 * The board by keyboard. Arrows walk; `[` and `]` send the card to the stage beside; Space lifts it, arrows carry it,
 * Space puts it down and Escape takes it back. Several chosen cards go together.
 */
export function useBoardKeys(p: Input) {
  const { board, stages, root, lift, setLift } = p
  const [focused, setFocused] = useState<string | null>(null)
  const open = stages.filter((s) => !p.collapsed.has(s.id))
  const first = open.map((s) => columnOf(board, s.id)?.deals[0]?.id).find((id) => id !== undefined)
  const tabStop = focused && cardOf(board, focused) ? focused : (first ?? null)

  const focusCard = (id: string, stageId: string, index: number) => {
    setFocused(id)
    p.shows.current.get(stageId)?.(index)
    // Once React has moved it, and the column has brought it into sight.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => root?.querySelector<HTMLElement>(`[data-card="${CSS.escape(id)}"]`)?.focus()),
    )
  }
  const walk = (id: string, dx: number, dy: number) => {
    const at = placeOf(board, id)
    if (!at) return
    const x = open.findIndex((s) => s.id === at.stageId)
    for (let i = x + dx; i >= 0 && i < open.length; i += dx || open.length) {
      const deals = columnOf(board, open[i]?.id ?? '')?.deals ?? []
      const index = Math.max(0, Math.min(deals.length - 1, at.index + dy))
      const next = deals[index]
      if (next) return focusCard(next.id, next.stageId, index)
    }
  }
  const carry = ({ ids, to, index }: Move, dx: number, dy: number) => {
    const stageId = dx ? beside(open, to, dx) : to
    const room = (columnOf(board, to)?.deals.length ?? 0) - ids.length
    if (!stageId) return
    const next = { ids, to: stageId, index: dx ? 0 : Math.max(0, Math.min(room, index + dy)) }
    setLift(next)
    announcePlace(moveCards(board, next), ids[0] ?? '')
    focusCard(ids[0] ?? '', next.to, next.index)
  }
  const putDown = (lifted: Move) => {
    setLift(null)
    p.move(lifted)
    focusCard(lifted.ids[0] ?? '', lifted.to, lifted.index)
  }
  const takeBack = ({ ids }: Move) => {
    setLift(null)
    announce(i18n.t('pipeline:keys.cancelled'))
    focusCard(ids[0] ?? '', '', 0)
  }
  const pickUp = (id: string) => {
    const at = placeOf(board, id)
    if (!at) return
    setLift({ ids: group(p.selection, id), to: at.stageId, index: at.index })
    announce(i18n.t('pipeline:keys.lifted', { title: cardOf(board, id)?.title ?? '' }))
  }
  const send = (id: string, by: 1 | -1) => {
    const at = placeOf(board, id)
    const to = at && beside(stages, at.stageId, by)
    if (!to) return
    p.move({ ids: group(p.selection, id), to, index: 0 })
    if (!p.collapsed.has(to)) focusCard(id, to, 0)
  }

  const onKeyDown = (e: KeyboardEvent) => {
    const id = (e.target as HTMLElement).dataset['card']
    if (!id || e.metaKey || e.ctrlKey || e.altKey) return
    const arrow = ARROWS[e.key]
    if (arrow) lift ? carry(lift, ...arrow) : walk(id, ...arrow)
    else if (e.key === ' ' && p.mayMove) lift ? putDown(lift) : pickUp(id)
    else if (e.key === 'Enter' && lift) putDown(lift)
    else if (e.key === 'Escape' && lift) takeBack(lift)
    else if (e.key === 'Escape' && p.selection.size > 0) p.clear()
    else if (e.code === 'BracketLeft' && p.mayMove && !lift) send(id, -1)
    else if (e.code === 'BracketRight' && p.mayMove && !lift) send(id, 1)
    else if (e.code === 'KeyX' && !lift) p.toggle(id, e.shiftKey)
    else return
    e.preventDefault()
    e.stopPropagation()
  }
  const onFocus = (e: FocusEvent) => {
    const id = (e.target as HTMLElement).dataset['card']
    if (id) setFocused(id)
  }
  return { onKeyDown, onFocus, tabStop, lifted: lift?.ids ?? NOTHING }
}
const NOTHING: readonly string[] = []
const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}
const group = (selection: ReadonlySet<string>, id: string) => (selection.has(id) ? [...selection] : [id])
const beside = (stages: readonly Stage[], stageId: string, by: number) =>
  stages[stages.findIndex((s) => s.id === stageId) + by]?.id
function placeOf(board: PipelineBoard, id: string) {
  const stageId = cardOf(board, id)?.stageId
  if (!stageId) return null
  return { stageId, index: columnOf(board, stageId)?.deals.findIndex((d) => d.id === id) ?? 0 }
}
function announcePlace(board: PipelineBoard, id: string) {
  const at = placeOf(board, id)
  if (!at) return
  const [stage, total] = [stageOf(board, at.stageId)?.name ?? '', columnOf(board, at.stageId)?.total ?? 0]
  announce(i18n.t('pipeline:moved.place', { stage, position: at.index + 1, total }))
}
