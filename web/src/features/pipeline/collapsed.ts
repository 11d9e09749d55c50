import { useCallback, useState } from 'react'
import type { Pipeline } from '@/api/gen/types.gen'

const KEY = 'rapport.board.collapsed'
type Stored = Record<string, boolean>
const read = (): Stored => {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Stored
  } catch {
    return {}
  }
}

/** Which columns are folded, remembered on this device. Won and lost ones are, until they are opened. */
export function useCollapsed(pipeline: Pipeline) {
  const [stored, setStored] = useState(read)
  const collapsed = new Set(pipeline.stages.filter((s) => stored[s.id] ?? s.kind !== 'open').map((s) => s.id))
  const set = useCallback((stageId: string, on: boolean) => {
    setStored((before) => {
      const next = { ...before, [stageId]: on }
      localStorage.setItem(KEY, JSON.stringify(next))
      return next
    })
  }, [])
  return [collapsed as ReadonlySet<string>, set] as const
}
