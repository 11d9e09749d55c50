import type { FilterNode } from './filter'

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
  /** The saved view one came by, or `all`. What it shows stands in the other parameters. */
  saved?: string
  /** Comma list of columns; without one they are as the person likes them. */
  cols?: string
}

const DEPTH = 8
/** The shape only; which fields and operators exist is the business of `filter.ts`. */
export function readFilter(v: unknown, depth = 0): FilterNode | undefined {
  if (typeof v !== 'object' || v === null || depth > DEPTH) return undefined
  const o = v as Record<string, unknown>
  const join = Array.isArray(o['and']) ? 'and' : Array.isArray(o['or']) ? 'or' : null
  if (join) {
    const nodes = (o[join] as unknown[]).map((n) => readFilter(n, depth + 1)).filter((n) => n !== undefined)
    return nodes.length === 0 ? undefined : join === 'and' ? { and: nodes } : { or: nodes }
  }
  if ('not' in o) {
    const node = readFilter(o['not'], depth + 1)
    return node && { not: node }
  }
  if (typeof o['field'] !== 'string' || typeof o['op'] !== 'string') return undefined
  return { field: o['field'], op: o['op'] as never, ...('value' in o ? { value: o['value'] } : {}) }
}

function text(v: unknown, max: number): string | undefined {
  const s = typeof v === 'string' ? v : typeof v === 'number' || typeof v === 'boolean' ? String(v) : ''
  return s.slice(0, max).trim() || undefined
}
const COLS = /^[\w.-]+(,[\w.-]+)*$/
const SORT = /^-?[a-zA-Z]+(,-?[a-zA-Z]+){0,2}$/

/** `validateSearch` of both lists. What cannot be read is dropped: an old link still opens the list. */
export function readListSearch(raw: Record<string, unknown>): ListSearch {
  const sort = text(raw['sort'], 200)
  const cols = text(raw['cols'], 2000)
  const out: ListSearch = {
    q: text(raw['q'], 200),
    sort: sort && SORT.test(sort) ? sort : undefined,
    filter: readFilter(raw['filter']),
    new: raw['new'] === undefined || raw['new'] === false || raw['new'] === 0 ? undefined : 1,
    peek: text(raw['peek'], 64),
    saved: text(raw['saved'], 64),
    cols: cols && COLS.test(cols) ? cols : undefined,
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

/** The records to be merged, as a comma list. */
export type MergeSearch = { ids?: string }
export function readMergeSearch(raw: Record<string, unknown>): MergeSearch {
  const ids = text(raw['ids'], 400)
  return ids && /^[\w-]+(,[\w-]+)*$/.test(ids) ? { ids } : {}
}
