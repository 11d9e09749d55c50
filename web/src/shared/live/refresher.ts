import type { Query, QueryClient } from '@tanstack/react-query'
import { isWriting, onWrite } from '@/shared/api/writes'
import { type Effect, heldAs, touches } from './effects'
import { isHeld, onHold } from './hold'
import { isLong, rereadRows } from './long-lists'

/**
 * Reads anew what events have touched: what is on screen at once, but each kind of query at most so often however many
 * events come, and never while this tab writes or a person has it in hand. What is not on screen is marked as stale.
 */
export const GATHER_MS = 100
const GAP_MS = 1000
const GAPS: Record<string, number> = { board: 400, getOverview: 2000, 'inbox-counts': 2000, campaigns: 2000 }
const LOOK_AGAIN_MS = 150
/** More records than these are all of them. */
const MOST_IDS = 100

export type Refresher = ReturnType<typeof createRefresher>
export function createRefresher(qc: QueryClient) {
  const due = new Map<string, Set<string> | null>()
  const began = new Map<string, number>()
  /** Asked for by us, and not here yet. */
  const reading = new Map<Query, Effect>()
  let timer: ReturnType<typeof setTimeout> | undefined

  const add = (effects: readonly Effect[], inMs = GATHER_MS) => {
    for (const { queries, ids } of effects) merge(due, queries, ids)
    if (due.size > 0) timer ??= setTimeout(run, inMs)
  }
  const waitOf = (effect: Effect) => {
    const kind = heldAs(effect.queries)
    if (isWriting() || (kind && isHeld(kind))) return LOOK_AGAIN_MS
    // What is being read may have been read before the event.
    if (qc.isFetching({ predicate: (q) => touches(effect, q.queryKey) }) > 0) return LOOK_AGAIN_MS
    return (began.get(effect.queries) ?? 0) + (GAPS[effect.queries] ?? GAP_MS) - Date.now()
  }
  const run = () => {
    timer = undefined
    if (document.hidden) return
    let next = Number.POSITIVE_INFINITY
    for (const [queries, some] of [...due]) {
      const effect = { queries, ids: some && [...some] }
      const wait = waitOf(effect)
      if (wait > 0) next = Math.min(next, wait)
      else {
        due.delete(queries)
        began.set(queries, Date.now())
        reread(effect)
      }
    }
    if (due.size > 0) timer = setTimeout(run, next)
  }
  const reread = (effect: Effect) => {
    for (const q of qc.getQueryCache().findAll({ predicate: (q) => touches(effect, q.queryKey) })) {
      if (isLong(q)) {
        void rereadRows(qc, q, effect.queries, effect.ids)
        continue
      }
      reading.set(q, effect)
      void qc.invalidateQueries({ queryKey: q.queryKey, exact: true }).finally(() => reading.delete(q))
    }
  }
  /** An answer that is under way knows nothing of what the person has just begun: it is asked for again later. */
  const takeBack = (which: (effect: Effect) => boolean) => {
    for (const [q, effect] of [...reading]) {
      if (q.state.fetchStatus === 'idle' || q.state.data === undefined || !which(effect)) continue
      void qc.cancelQueries({ queryKey: q.queryKey, exact: true })
      add([effect], LOOK_AGAIN_MS)
    }
  }
  const seen = () => {
    if (!document.hidden) add([])
  }
  const stops = [
    onWrite(() => takeBack(() => true)),
    onHold((what) => takeBack((effect) => heldAs(effect.queries) === what)),
  ]
  document.addEventListener('visibilitychange', seen)
  return {
    add,
    /** Nothing is due or being read. */
    isIdle: () => due.size === 0 && reading.size === 0,
    stop: () => {
      clearTimeout(timer)
      due.clear()
      document.removeEventListener('visibilitychange', seen)
      for (const stop of stops) stop()
    },
  }
}

function merge(due: Map<string, Set<string> | null>, queries: string, ids: Effect['ids']) {
  const before = due.get(queries)
  if (ids === null || before === null) return due.set(queries, null)
  const together = new Set([...(before ?? []), ...ids])
  return due.set(queries, together.size > MOST_IDS ? null : together)
}
