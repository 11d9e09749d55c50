import { readFilter } from '@/shared/lib/filter-node'
import type { FilterNode, Op } from './filter'

/** What a list page keeps in its address. Small on purpose: the route tree, and so every page, carries it. */
export type ListSearch = {
  q?: string
  /** Comma list of fields, `-` before one that descends: as the server takes it. */
  sort?: string
  filter?: FilterNode
  /** The form for a new record is open. */
  new?: 1
  /** Id of the record shown beside the list. */
  peek?: string
}

function text(v: unknown, max: number): string | undefined {
  const s = typeof v === 'string' ? v : typeof v === 'number' || typeof v === 'boolean' ? String(v) : ''
  return s.slice(0, max).trim() || undefined
}
const KEY = '-?(?:custom\\.[^,]{1,64}|[a-zA-Z]+)'
const SORT = new RegExp(`^${KEY}(?:,${KEY}){0,2}$`)

/** `validateSearch` of both lists. What cannot be read is dropped: an old link still opens the list. */
export function readListSearch(raw: Record<string, unknown>): ListSearch {
  const sort = text(raw['sort'], 200)
  const out: ListSearch = {
    q: text(raw['q'], 200),
    sort: sort && SORT.test(sort) ? sort : undefined,
    filter: readFilter<Op>(raw['filter']),
    new: raw['new'] === undefined || raw['new'] === false || raw['new'] === 0 ? undefined : 1,
    peek: text(raw['peek'], 64),
  }
  for (const k of Object.keys(out) as (keyof ListSearch)[]) if (out[k] === undefined) delete out[k]
  return out
}

export type SortKey = { id: string; desc: boolean }
export const MAX_SORT_KEYS = 3
export function readSort(sort: string | undefined): SortKey[] {
  return (sort?.split(',') ?? []).map((s) =>
    s.startsWith('-') ? { id: s.slice(1), desc: true } : { id: s, desc: false },
  )
}
export function writeSort(keys: readonly SortKey[]): string | undefined {
  return keys.map((k) => (k.desc ? '-' : '') + k.id).join() || undefined
}
/** A press on a header: ascending, descending, off. With `add` (Shift) the other keys stay. */
export function pressSort(keys: readonly SortKey[], id: string, add: boolean): SortKey[] {
  const at = keys.find((k) => k.id === id)
  const next = at ? (at.desc ? null : { id, desc: true }) : { id, desc: false }
  if (!add) return next ? [next] : []
  if (at) return keys.flatMap((k) => (k.id === id ? (next ?? []) : k))
  return [...keys, { id, desc: false }].slice(-MAX_SORT_KEYS)
}

export type RecordSearch = { tab?: 'timeline' | 'related' }
export function readRecordSearch(raw: Record<string, unknown>): RecordSearch {
  return raw['tab'] === 'timeline' || raw['tab'] === 'related' ? { tab: raw['tab'] } : {}
}
export type TrashTab = 'contacts' | 'companies'
export function readTrashSearch(raw: Record<string, unknown>): { tab?: TrashTab } {
  return raw['tab'] === 'companies' ? { tab: 'companies' } : {}
}
