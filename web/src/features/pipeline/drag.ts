import {
  draggable,
  dropTargetForElements,
  monitorForElements,
} from '@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter'
import { combine } from '@atlaskit/pragmatic-drag-and-drop/utils/combine'
import { autoScrollForElements } from '@atlaskit/pragmatic-drag-and-drop-auto-scroll/element'
import { type RefObject, useEffect, useRef, useState } from 'react'
import { create } from 'zustand'
import { hold } from '@/shared/live/hold'
import { CARD_H, GAP, PAD } from './geometry'

/** Dragging with a pointer. Cards know nothing of each other: where a drop goes follows from the height of a card. */
type Drag = {
  ids: readonly string[]
  /** Where a finger holds them; the pointer's place is known to the drop targets themselves. */
  touch: (Target & { root: Element }) | null
}
export const useDrag = create<Drag>(() => ({ ids: [], touch: null }))
/** The board stays as it is under a card that is carried. */
let letGo: (() => void) | undefined
useDrag.subscribe(({ ids }) => {
  const carried = ids.length > 0
  if (carried) letGo ??= hold('deals')
  else {
    letGo?.()
    letGo = undefined
  }
})
const KIND = 'deal'
export type Target = { stageId: string; at: number; lane?: string }
/** What takes a drop, for the finger: found by the element under it. */
export type DropTarget = {
  root: Element
  stageId: string
  lane?: string
  /** Holds the cards; without one a drop goes to the top. */
  list: HTMLElement | null
  /** Scrolls along near its edges. */
  scroller: HTMLElement | null
  count: () => number
}
export const dropTargets = new Map<Element, DropTarget>()
export const placeIn = ({ list, count }: DropTarget, clientY: number) => (list ? cardAt(list, clientY, count()) : 0)

/** Some browsers drag by a long press of their own. */
let byTouch = false
addEventListener('pointerdown', (e) => (byTouch = e.pointerType === 'touch'), { capture: true, passive: true })

export function useDraggableCard(
  el: RefObject<HTMLElement | null>,
  id: string,
  idsOf: ((id: string) => readonly string[]) | null,
) {
  useEffect(() => {
    if (!el.current || !idsOf) return
    return draggable({
      element: el.current,
      canDrag: () => !byTouch,
      getInitialData: () => ({ kind: KIND, ids: idsOf(id) }),
      onDragStart: ({ source }) => useDrag.setState({ ids: source.data['ids'] as string[] }),
      onDrop: () => useDrag.setState({ ids: [] }),
    })
  }, [el, id, idsOf])
}

/** `scroller` holds the cards; without one (a collapsed column, a closing zone) a drop goes to the top. */
export function useDropColumn(root: HTMLElement | null, scroller: HTMLElement | null, stageId: string, count: number) {
  const [over, setOver] = useState<number | null>(null)
  const held = useDrag((s) => (root && s.touch?.root === root ? s.touch.at : null))
  const cards = useRef(count)
  cards.current = count
  useEffect(() => {
    if (!root) return
    dropTargets.set(root, { root, list: scroller, scroller, stageId, count: () => cards.current })
    return () => void dropTargets.delete(root)
  }, [root, scroller, stageId])
  useEffect(() => {
    if (!root) return
    const target = dropTargetForElements({
      element: root,
      canDrop: ({ source }) => source.data['kind'] === KIND,
      getData: ({ input }) =>
        ({ stageId, at: scroller ? cardAt(scroller, input.clientY, cards.current) : 0 }) satisfies Target,
      onDrag: ({ self }) => setOver(self.data['at'] as number),
      onDragLeave: () => setOver(null),
      onDrop: () => setOver(null),
    })
    return scroller ? combine(target, autoScrollForElements({ element: scroller })) : target
  }, [root, scroller, stageId])
  return over ?? held
}
/** A cell of a board in lanes: the whole board scrolls, the cell does not. */
export function useDropCell(
  root: HTMLElement | null,
  board: HTMLElement | null,
  place: Omit<Target, 'at'>,
  count: number,
) {
  const [over, setOver] = useState<number | null>(null)
  const held = useDrag((s) => (root && s.touch?.root === root ? s.touch.at : null))
  const cards = useRef(count)
  cards.current = count
  const { stageId, lane } = place
  useEffect(() => {
    if (!root) return
    dropTargets.set(root, { root, list: root, scroller: board, stageId, lane, count: () => cards.current })
    const stop = dropTargetForElements({
      element: root,
      canDrop: ({ source }) => source.data['kind'] === KIND,
      getData: ({ input }) => ({ stageId, lane, at: cardAt(root, input.clientY, cards.current) }) satisfies Target,
      onDrag: ({ self }) => setOver(self.data['at'] as number),
      onDragLeave: () => setOver(null),
      onDrop: () => setOver(null),
    })
    return () => {
      dropTargets.delete(root)
      stop()
    }
  }, [root, board, stageId, lane])
  return over ?? held
}
function cardAt(scroller: HTMLElement, clientY: number, count: number) {
  const y = clientY - scroller.getBoundingClientRect().top + scroller.scrollTop - PAD
  return Math.max(0, Math.min(count, Math.round(y / (CARD_H + GAP))))
}

export function useDrops(board: HTMLElement | null, onDrop: (ids: readonly string[], target: Target) => void) {
  const now = useRef(onDrop)
  now.current = onDrop
  useEffect(() => {
    if (!board) return
    return combine(
      autoScrollForElements({ element: board }),
      monitorForElements({
        canMonitor: ({ source }) => source.data['kind'] === KIND,
        onDrop: ({ source, location }) => {
          const target = location.current.dropTargets[0]?.data as Target | undefined
          if (target) now.current(source.data['ids'] as string[], target)
        },
      }),
    )
  }, [board])
}
