/**
 * The writes of this tab. Their request ids begin alike: what the server tells of them later is known as one's own,
 * even before its answer is here.
 */
const TAB = `web-${Array.from(crypto.getRandomValues(new Uint8Array(8)), (b) => b.toString(16).padStart(2, '0')).join('')}`
/** A write that takes longer than this stands in nobody's way. */
const PATIENCE_MS = 5000

/** They carry too much for an address, but change nothing. */
const QUESTIONS = /\/(check-duplicates|preview)$/

let count = 0
const underWay = new Map<string, number>()
const listeners = new Set<() => void>()

export function begin(request: Request) {
  if (QUESTIONS.test(new URL(request.url).pathname)) return
  count += 1
  const id = `${TAB}-${count}`
  request.headers.set('X-Request-Id', id)
  underWay.set(id, Date.now())
  for (const tell of listeners) tell()
}
export function end(request: Request) {
  underWay.delete(request.headers.get('X-Request-Id') ?? '')
}

export const isOwn = (requestId: string) => requestId.startsWith(`${TAB}-`)
export function isWriting() {
  const oldest = Date.now() - PATIENCE_MS
  return [...underWay.values()].some((since) => since > oldest)
}
/** Whenever a write begins. */
export function onWrite(tell: () => void): () => void {
  listeners.add(tell)
  return () => void listeners.delete(tell)
}
