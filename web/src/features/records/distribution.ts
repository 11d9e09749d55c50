import type { Batch, BulkRequest } from '@/api/gen/types.gen'
import { get, send } from '@/shared/api/call'

/** Giving records out among several people: what is asked for, and how many each will get. */
export const HOWS = ['roundRobin', 'byLoad'] as const
export type How = (typeof HOWS)[number]
export type Which = Pick<BulkRequest, 'ids' | 'all' | 'filter' | 'search'>
export type AssignRequest = Which & { recordType: 'contact' | 'company'; people: string[]; how?: How }
export type Person = { id: string; name: string; clients: number | null }

type Member = { id: string; name: string; load?: { clients: number } }
export const MOST_PEOPLE = 50
export const findPeople = (search: string, signal?: AbortSignal): Promise<Person[]> =>
  get<{ items: Member[] }>('/api/team/members', { limit: 50, search: search || null, load: true }, signal).then((r) =>
    r.items.map((m) => ({ id: m.id, name: m.name, clients: m.load?.clients ?? null })),
  )
export const assign = (request: AssignRequest) => send<Batch>('POST', '/api/team/clients/assign', request)

/** Each gets as many as any other; the first ones one more. */
export function byTurns(people: number, count: number): number[] {
  const odd = people > 0 ? count % people : 0
  return Array.from({ length: people }, (_, place) => Math.floor(count / people) + (place < odd ? 1 : 0))
}

/**
 * Whoever has the fewest gets the next one, the first of those who have as few: those with few are raised together to
 * a level, and what is left over goes to the first of those who stand at it.
 */
export function byLoad(loads: readonly number[], count: number): number[] {
  if (loads.length === 0) return []
  const upTo = (level: number) => loads.map((load) => Math.max(0, level - load))
  const sum = (all: number[]) => all.reduce((a, b) => a + b, 0)
  let [low, high] = [Math.min(...loads), Math.max(...loads) + count]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (sum(upTo(middle)) <= count) low = middle
    else high = middle - 1
  }
  const shares = upTo(low)
  let left = count - sum(shares)
  return shares.map((share, place) => {
    if (left === 0 || (loads[place] as number) > low) return share
    left -= 1
    return share + 1
  })
}

/** How many each gets; none where nobody knows how much they have. */
export function sharesOf(how: How, people: readonly Person[], count: number): number[] | null {
  if (how === 'roundRobin') return byTurns(people.length, count)
  const loads = people.map((p) => p.clients)
  return loads.every((load) => load !== null) ? byLoad(loads, count) : null
}
