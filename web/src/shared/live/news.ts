import type { LiveEvent } from './effects'

/** Tells parts of the app of events they say something about, besides what is read anew. */
type Hear = (event: LiveEvent) => void
const listeners = new Set<Hear>()

export const tellNews: Hear = (event) => {
  for (const hear of listeners) hear(event)
}
/** Gives how to stop. */
export function onNews(hear: Hear): () => void {
  listeners.add(hear)
  return () => void listeners.delete(hear)
}
