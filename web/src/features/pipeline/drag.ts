import {
  draggable,
  dropTargetForElements,
  monitorForElements,
} from '@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter'
import { combine } from '@atlaskit/pragmatic-drag-and-drop/utils/combine'
import { autoScrollForElements } from '@atlaskit/pragmatic-drag-and-drop-auto-scroll/element'
import { type RefObject, useEffect, useRef, useState } from 'react'
import { create } from 'zustand'
import { CARD_H, GAP, PAD } from './geometry'

/** Dragging with a pointer. Cards know nothing of each other: where a drop goes follows from the height of a card. */
export const useDrag = create<{ ids: readonly string[] }>(() => ({ ids: [] }))
const KIND = 'deal'
type Target = { stageId: string; at: number }

export function useDraggableCard(
  el: RefObject<HTMLElement | null>,
  id: string,
  idsOf: ((id: string) => readonly string[]) | null,
) {
  const [dragging, setDragging] = useState(false)
  useEffect(() => {
    if (!el.current || !idsOf) return
    return draggable({
      element: el.current,
      getInitialData: () => ({ kind: KIND, ids: idsOf(id) }),
      onDragStart: ({ source }) => {
        setDragging(true)
        useDrag.setState({ ids: source.data['ids'] as string[] })
      },
      onDrop: () => {
        setDragging(false)
        useDrag.setState({ ids: [] })
      },
    })
  }, [el, id, idsOf])
  return dragging
}

/** `scroller` holds the cards; without one (a collapsed column, a closing zone) a drop goes to the top. */
export function useDropColumn(root: HTMLElement | null, scroller: HTMLElement | null, stageId: string, count: number) {
  const [over, setOver] = useState<number | null>(null)
  const cards = useRef(count)
  cards.current = count
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
  return over
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
