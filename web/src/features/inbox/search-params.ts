/** What of the inbox is in the address. Read before any page: nothing more than it takes. */
export const QUEUES = ['mine', 'unassigned', 'all', 'mentions', 'snoozed', 'scheduled', 'done'] as const
export type Queue = (typeof QUEUES)[number]
/** `at`: the message that a thread is opened at. */
export type InboxSearch = { queue?: Queue; account?: string; tag?: string; q?: string; at?: string }

const MOST = 200
/** “All” is what opens first: a new inbox has nothing that is somebody’s. It needs no word in the address. */
export function inboxSearch(raw: Record<string, unknown>): InboxSearch {
  const read: Record<string, string> = {}
  for (const key of ['queue', 'account', 'tag', 'q', 'at']) {
    const value = raw[key] == null ? '' : String(raw[key]).trim().slice(0, MOST)
    if (value && (key !== 'queue' || (value !== 'all' && QUEUES.includes(value as Queue)))) read[key] = value
  }
  return read
}
export const queueOf = (s: InboxSearch): Queue => s.queue ?? 'all'
