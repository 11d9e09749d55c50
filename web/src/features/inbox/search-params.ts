/** What of the inbox is in the address. */
export const QUEUES = ['mine', 'unassigned', 'all', 'mentions', 'snoozed', 'scheduled', 'done'] as const
export type Queue = (typeof QUEUES)[number]
export type InboxSearch = { queue?: Queue; account?: string; tag?: string; q?: string; at?: string }

const ID = /^[0-9a-f-]{36}$/i
const isQueue = (v: unknown): v is Queue => QUEUES.includes(v as Queue)
const text = (v: unknown, most: number) => {
  const s = typeof v === 'number' ? String(v) : v
  return typeof s === 'string' && s.trim() !== '' ? s.trim().slice(0, most) : undefined
}

/** “All” is what opens first: a new inbox has nothing that is somebody’s. It needs no word in the address. */
export function inboxSearch(raw: Record<string, unknown>): InboxSearch {
  const { queue, account, at } = raw
  const tag = text(raw['tag'], 60)
  const q = text(raw['q'], 200)
  return {
    ...(isQueue(queue) && queue !== 'all' ? { queue } : {}),
    ...(typeof account === 'string' && ID.test(account) ? { account } : {}),
    ...(tag ? { tag } : {}),
    ...(q ? { q } : {}),
    ...(typeof at === 'string' && ID.test(at) ? { at } : {}),
  }
}
export const queueOf = (s: InboxSearch): Queue => s.queue ?? 'all'
