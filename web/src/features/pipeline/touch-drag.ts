import { type RefObject, useEffect, useRef } from 'react'
import { type DropTarget, dropTargets, placeIn, type Target, useDrag } from './drag'
import { edgePull } from './edge-pull'
import './touch-drag.css'

/**
 * Dragging with a finger. Browsers either do not drag by touch or open the menu of the link under it, so this is our
 * own: a press that lasts lifts the card, a swipe scrolls as ever, near an edge the board scrolls along.
 */
const LONG_MS = 350
/** A finger is never quite still. In CSS pixels. */
const STILL = 8

type Press = { id: string; card: HTMLElement; target: EventTarget; x: number; y: number; timer: number }
type Carried = { ids: readonly string[]; ghost: HTMLElement; dx: number; dy: number; moved: boolean; frame: number }
type Input = {
  idsOf: (id: string) => readonly string[]
  onDrop: (ids: readonly string[], target: Target) => void
  /** A long press that goes nowhere. */
  onStay: (id: string, card: HTMLElement) => void
}

export function useTouchDrag(board: HTMLElement | null, enabled: boolean, input: Input) {
  const now = useRef(input)
  now.current = input
  useEffect(() => (board && enabled ? listen(board, now) : undefined), [board, enabled])
}

function listen(board: HTMLElement, now: RefObject<Input>) {
  let press: Press | null = null
  let carried: Carried | null = null

  const start = (e: TouchEvent) => {
    const touch = e.touches[0]
    const card = (e.target as Element).closest<HTMLElement>('article')
    const id = card?.querySelector<HTMLElement>('[data-card]')?.dataset['card']
    if (e.touches.length > 1) return stop()
    if (!touch || !card || !id || (e.target as Element).closest('button')) return
    const { target } = touch
    press = { id, card, target, x: touch.clientX, y: touch.clientY, timer: window.setTimeout(lift, LONG_MS) }
    // On the element itself: its column may take it off the screen while it is carried, and then nothing bubbles.
    target.addEventListener('touchmove', move as EventListener, { passive: false })
    target.addEventListener('touchend', end as EventListener, { passive: false })
    target.addEventListener('touchcancel', stop)
  }
  /** Known from the start, else the browser scrolls before it asks. */
  const hold = (e: TouchEvent) => {
    if (carried && e.cancelable) e.preventDefault()
  }
  const lift = () => {
    if (!press?.card.isConnected) return stop()
    const { id, card, x, y } = press
    const box = card.getBoundingClientRect()
    const ids = now.current.idsOf(id)
    const ghost = ghostOf(card, box, ids.length)
    carried = { ids, ghost, dx: x - box.left, dy: y - box.top, moved: false, frame: 0 }
    navigator.vibrate?.(10)
    useDrag.setState({ ids })
    carry()
  }
  const move = (e: TouchEvent) => {
    const touch = e.touches[0]
    if (!press || !touch) return
    const still = Math.hypot(touch.clientX - press.x, touch.clientY - press.y) <= STILL
    if (!carried) return still ? undefined : stop() // it scrolls
    if (e.cancelable) e.preventDefault()
    if (still && !carried.moved) return
    carried.moved = true
    press.x = touch.clientX
    press.y = touch.clientY
  }
  /** Each frame: the card follows the finger, what is under it takes note, and near an edge things scroll. */
  const carry = () => {
    if (!carried || !press) return
    const { x, y } = press
    carried.ghost.style.transform = `translate(${x - carried.dx}px, ${y - carried.dy}px) rotate(2deg)`
    const target = carried.moved ? targetAt(x, y) : null
    const at = target ? { stageId: target.stageId, lane: target.lane, at: placeIn(target, y), root: target.root } : null
    const before = useDrag.getState().touch
    if (at?.root !== before?.root || at?.at !== before?.at) useDrag.setState({ touch: at })
    if (carried.moved) {
      const box = board.getBoundingClientRect()
      board.scrollLeft += edgePull(x, box.left, box.right)
      const list = target?.scroller
      const rows = list?.getBoundingClientRect()
      if (list && rows) list.scrollTop += edgePull(y, rows.top, rows.bottom)
    }
    carried.frame = requestAnimationFrame(carry)
  }
  const end = (e: TouchEvent) => {
    const dropped = carried
    const held = press
    const { touch } = useDrag.getState()
    stop()
    if (!dropped || !held) return
    e.preventDefault() // no click: it would open the deal
    if (!dropped.moved) now.current.onStay(held.id, held.card)
    else if (touch) now.current.onDrop(dropped.ids, touch)
  }
  const stop = () => {
    if (press) {
      clearTimeout(press.timer)
      press.target.removeEventListener('touchmove', move as EventListener)
      press.target.removeEventListener('touchend', end as EventListener)
      press.target.removeEventListener('touchcancel', stop)
    }
    if (carried) {
      cancelAnimationFrame(carried.frame)
      carried.ghost.remove()
      useDrag.setState({ ids: [], touch: null })
    }
    press = carried = null
  }
  /** The browser's own menu for a link that is pressed long. */
  const menu = (e: Event) => {
    if (press) e.preventDefault()
  }
  board.addEventListener('touchstart', start, { passive: true })
  board.addEventListener('touchmove', hold, { passive: false })
  board.addEventListener('contextmenu', menu)
  return () => {
    stop()
    board.removeEventListener('touchmove', hold)
    board.removeEventListener('touchstart', start)
    board.removeEventListener('contextmenu', menu)
  }
}

function targetAt(x: number, y: number): DropTarget | undefined {
  for (let el = document.elementFromPoint(x, y); el; el = el.parentElement) {
    const target = dropTargets.get(el)
    if (target) return target
  }
}

/** The card in the hand: a picture of it, with the number of those that come along. */
function ghostOf(card: HTMLElement, box: DOMRect, count: number) {
  const ghost = card.cloneNode(true) as HTMLElement
  ghost.removeAttribute('data-dragging')
  ghost.setAttribute('aria-hidden', 'true')
  ghost.inert = true
  ghost.className += ' drag-ghost'
  for (const el of ghost.querySelectorAll('[data-card]')) el.removeAttribute('data-card')
  Object.assign(ghost.style, { width: `${box.width}px`, height: `${box.height}px` })
  if (count > 1) {
    const badge = document.createElement('span')
    badge.className = 'drag-count'
    badge.textContent = String(count)
    ghost.append(badge)
  }
  document.body.append(ghost)
  return ghost
}
