import { useEffect } from 'react'

/**
 * What must not be read anew for the moment, because a person has it in hand: a card that is dragged, a field that is
 * edited. Changes of others wait until it is put down.
 */
export type Held = 'records' | 'deals' | 'pipelines' | 'fields'

const held = new Map<Held, number>()
const listeners = new Set<(what: Held) => void>()

export const isHeld = (what: Held) => (held.get(what) ?? 0) > 0
/** Gives how to let go; to be called once. */
export function hold(what: Held): () => void {
  held.set(what, (held.get(what) ?? 0) + 1)
  for (const tell of listeners) tell(what)
  return () => void held.set(what, Math.max(0, (held.get(what) ?? 0) - 1))
}
/** As long as the component is on screen. */
export function useHold(what: Held, wanted = true) {
  useEffect(() => (wanted ? hold(what) : undefined), [what, wanted])
}
export function onHold(tell: (what: Held) => void): () => void {
  listeners.add(tell)
  return () => void listeners.delete(tell)
}
