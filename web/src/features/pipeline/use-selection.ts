import { useCallback, useMemo, useRef, useState } from 'react'
import type { Board as PipelineBoard } from '@/api/gen/types.gen'
import { cardOf, columnOf } from './model'

const none: ReadonlySet<string> = new Set()

/** Chosen cards, in the order of the board. What leaves the board is no longer chosen. */
export function useSelection(board: PipelineBoard) {
  const [chosen, setChosen] = useState(none)
  const last = useRef<string | null>(null)
  const now = useRef(board)
  now.current = board
  const selection = useMemo(() => {
    if (chosen.size === 0) return none
    return new Set(board.columns.flatMap((c) => c.deals.map((d) => d.id)).filter((id) => chosen.has(id)))
  }, [board, chosen])
  /** `extend`: from the card that was chosen before, if both are in one column. */
  const toggle = useCallback((id: string, extend = false) => {
    const from = last.current
    last.current = id
    setChosen((before) => {
      const next = new Set(before)
      for (const x of extend && from ? between(now.current, from, id) : []) next.add(x)
      if (extend) next.add(id)
      else if (!next.delete(id)) next.add(id)
      return next
    })
  }, [])
  const all = useCallback(() => setChosen(new Set(now.current.columns.flatMap((c) => c.deals.map((d) => d.id)))), [])
  const clear = useCallback(() => setChosen(none), [])
  return { selection, toggle, all, clear }
}

function between(board: PipelineBoard, a: string, b: string): string[] {
  const stageId = cardOf(board, a)?.stageId
  if (!stageId || cardOf(board, b)?.stageId !== stageId) return []
  const ids = columnOf(board, stageId)?.deals.map((d) => d.id) ?? []
  const [from, to] = [ids.indexOf(a), ids.indexOf(b)].sort((x, y) => x - y) as [number, number]
  return ids.slice(from, to + 1)
}
