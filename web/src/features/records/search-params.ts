import { compact, readFilter, readText as text } from '@/shared/lib/address'
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
  /** The saved view one came by, or `all`. What it shows stands in the other parameters. */
  saved?: string
  /** Comma list of columns; without one they are as the person likes them. */
  cols?: string
}

const COLS = /^[\w.-]+(,[\w.-]+)*$/
const SORT = /^-?[\w.]+(,-?[\w.]+){0,2}$/

/** `validateSearch` of both lists. What cannot be read is dropped: an old link still opens the list. */
export function readListSearch(raw: Record<string, unknown>): ListSearch {
  const sort = text(raw['sort'], 200)
  const cols = text(raw['cols'], 2000)
  return compact<ListSearch>({
    q: text(raw['q'], 200),
    sort: sort && SORT.test(sort) ? sort : undefined,
    filter: readFilter<Op>(raw['filter']),
    new: raw['new'] === undefined || raw['new'] === false || raw['new'] === 0 ? undefined : 1,
    peek: text(raw['peek'], 64),
    saved: text(raw['saved'], 64),
    cols: cols && COLS.test(cols) ? cols : undefined,
  })
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
