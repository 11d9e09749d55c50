/**
 * The writes of this tab. Their request ids begin alike: what the server tells of them later is known as one's own,
 * even before its answer is here.
 */
const TAB = `web-${Array.from(crypto.getRandomValues(new Uint8Array(8)), (b) => b.toString(16).padStart(2, '0')).join('')}`
/** A write that takes longer than this stands in nobody's way. */
const PATIENCE_MS = 5000

/** They carry too much for an address, but change nothing. */
const QUESTIONS = /\/(check-duplicates|preview)$/

/** What browsers carry on with of a page that was left, all its requests together (Fetch standard: 64 KiB). */
const OUTLIVES_BYTES = 60_000

let count = 0
const underWay = new Map<string, { since: number; bytes: number }>()
const listeners = new Set<() => void>()

/** A write that is small outlives the page: what was changed just before it was closed is not lost. */
export function begin(request: Request, body?: unknown): Request {
  if (QUESTIONS.test(new URL(request.url).pathname)) return request
  count += 1
  const id = `${TAB}-${count}`
  request.headers.set('X-Request-Id', id)
  const bytes = size(body)
  const outlives = sum() + bytes <= OUTLIVES_BYTES
  underWay.set(id, { since: Date.now(), bytes: outlives ? bytes : 0 })
  for (const tell of listeners) tell()
  return outlives ? new Request(request, { keepalive: true }) : request
}
function size(body: unknown) {
  if (body === undefined || body === null || body === '') return 0
  return typeof body === 'string' ? new TextEncoder().encode(body).length : Number.POSITIVE_INFINITY
}
const sum = () => [...underWay.values()].reduce((all, { bytes }) => all + bytes, 0)
export function end(request: Request) {
  underWay.delete(request.headers.get('X-Request-Id') ?? '')
}

export const isOwn = (requestId: string) => requestId.startsWith(`${TAB}-`)
export function isWriting() {
  const oldest = Date.now() - PATIENCE_MS
  return [...underWay.values()].some(({ since }) => since > oldest)
}
/** Whenever a write begins. */
export function onWrite(tell: () => void): () => void {
  listeners.add(tell)
  return () => void listeners.delete(tell)
}
