import { type FocusEvent, type KeyboardEvent, type RefObject, useEffect, useState } from 'react'
import type { Board as PipelineBoard, Stage } from '@/api/gen/types.gen'
import { isAction, unshifted } from '@/shared/commands/keys'
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
  heir: Heir
}

/**
 * The card that has, or shall have, the focus. A card that changes its column is another element there, and comes when
 * React, the query cache and the column have all had their turn: it takes the focus by itself once it is on screen.
 */
export type Heir = RefObject<string | null>
export function takeFocus(heir: Heir, id: string, el: HTMLElement | null) {
  if (heir.current === id && el && isFree(document.activeElement, id)) el.focus()
}
/** Nobody else's: not that of a dialog or a field one has gone to meanwhile. */
const isFree = (active: Element | null, id: string) =>
  active === null || active === document.body || (active as HTMLElement).dataset['card'] === id

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

  const { heir, shows } = p
  useEffect(() => {
    // What comes from the server may put it where the column does not show it: then nothing is mounted.
    const at = heir.current && document.activeElement === document.body ? placeOf(board, heir.current) : null
    if (at) shows.current.get(at.stageId)?.(at.index)
  }, [board, heir, shows])
  const focusCard = (id: string, stageId: string, index: number) => {
    setFocused(id)
    heir.current = id
    shows.current.get(stageId)?.(index)
    const el = root?.querySelector<HTMLElement>(`[data-card="${CSS.escape(id)}"]`)
    if (el?.closest('[data-stage]')?.getAttribute('data-stage') === stageId) el.focus()
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
    p.move(lifted)
    // After the query cache has told of the move: the card would be seen to jump back and forth.
    setTimeout(() => setLift(null))
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
    if (!id || e.altKey) return
    const plain = !e.metaKey && !e.ctrlKey
    const arrow = stepOf(e)
    if (arrow) lift ? carry(lift, ...arrow) : walk(id, ...arrow)
    else if (plain && e.key === ' ' && p.mayMove) lift ? putDown(lift) : pickUp(id)
    else if (e.key === 'Enter' && lift) putDown(lift)
    else if (e.key === 'Escape' && lift) takeBack(lift)
    else if (e.key === 'Escape' && p.selection.size > 0) p.clear()
    else if (isAction(e, 'stageBack') && p.mayMove && !lift) send(id, -1)
    else if (isAction(e, 'stageOn') && p.mayMove && !lift) send(id, 1)
    else if (isAction(unshifted(e), 'select') && !lift) p.toggle(id, e.shiftKey)
    else return
    e.preventDefault()
    e.stopPropagation()
  }
  const onFocus = (e: FocusEvent) => {
    const id = (e.target as HTMLElement).dataset['card']
    if (!id) return
    setFocused(id)
    heir.current = id
  }
  const onBlur = (e: FocusEvent) => {
    const el = e.target as HTMLElement
    if (e.relatedTarget) heir.current = null
    // An element that went away was not left.
    else if (el.isConnected && document.hasFocus()) requestAnimationFrame(() => el.isConnected && left(el))
  }
  const left = (el: HTMLElement) => {
    if (document.activeElement !== el && heir.current === el.dataset['card']) heir.current = null
  }
  /** The first step onto the board, for those whose focus is elsewhere. */
  const enter = () => {
    const at = tabStop && placeOf(board, tabStop)
    if (at) focusCard(tabStop, at.stageId, at.index)
  }
  const current = focused && cardOf(board, focused) ? focused : null
  return { onKeyDown, onFocus, onBlur, focusCard, enter, send, current, tabStop, lifted: lift?.ids ?? NOTHING }
}
const NOTHING: readonly string[] = []
const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}
/** Where a press walks, or carries: by the arrows, and down and up by the keys for next and previous. */
export function stepOf(e: KeyboardEvent): [number, number] | undefined {
  if (!e.metaKey && !e.ctrlKey && ARROWS[e.key]) return ARROWS[e.key]
  return isAction(e, 'next') ? [0, 1] : isAction(e, 'previous') ? [0, -1] : undefined
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
