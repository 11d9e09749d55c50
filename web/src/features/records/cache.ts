import type { InfiniteData } from '@tanstack/react-query'
import type { PageInfo } from '@/api/gen/types.gen'
import { type CustomId, isCustomId, keyOf } from '@/shared/fields/fields'
import type { CrmRecord } from './fields'

/** Pure changes of what the query cache holds: optimistic updates, their roll-back, records that come and go. */
export type RecordPage = { items: CrmRecord[]; page: PageInfo }
export type Pages = InfiniteData<RecordPage>
/** Values as they are shown, so with the names of owner and company. */
export type Show = Partial<CrmRecord> & { [id: CustomId]: unknown }
type Key = keyof CrmRecord | CustomId

function mapItems(data: Pages, map: (items: CrmRecord[]) => CrmRecord[]): Pages {
  let changed = false
  const pages = data.pages.map((p) => {
    const items = map(p.items)
    if (items === p.items) return p
    changed = true
    return { ...p, items }
  })
  return changed ? { ...data, pages } : data
}
/** Pages without the record stay the same objects, so their rows do not render again. */
export function updateInPages(data: Pages, id: string, change: (r: CrmRecord) => CrmRecord): Pages {
  return mapItems(data, (items) => {
    const i = items.findIndex((r) => r.id === id)
    if (i < 0) return items
    return items.with(i, change(items[i] as CrmRecord))
  })
}
export function updateManyInPages(data: Pages, ids: ReadonlySet<string>, change: (r: CrmRecord) => CrmRecord): Pages {
  return mapItems(data, (items) =>
    items.some((r) => ids.has(r.id)) ? items.map((r) => (ids.has(r.id) ? change(r) : r)) : items,
  )
}
export function removeFromPages(data: Pages, ids: ReadonlySet<string>): Pages {
  let gone = 0
  const next = mapItems(data, (items) => {
    const left = items.filter((r) => !ids.has(r.id))
    gone += items.length - left.length
    return left.length === items.length ? items : left
  })
  if (gone === 0) return data
  // Every page repeats the total of the list; the newest one is shown.
  return {
    ...next,
    pages: next.pages.map((p) => ({ ...p, page: { ...p.page, total: Math.max(0, p.page.total - gone) } })),
  }
}
export function findInPages(data: Pages | undefined, id: string): CrmRecord | undefined {
  for (const p of data?.pages ?? []) {
    const r = p.items.find((x) => x.id === id)
    if (r) return r
  }
}

export function apply(r: CrmRecord, show: Show): CrmRecord {
  const keys = Object.keys(show).filter(isCustomId)
  if (keys.length === 0) return { ...r, ...show }
  const custom = { ...r.custom }
  for (const k of keys) custom[keyOf(k)] = show[k]
  const rest = Object.fromEntries(Object.entries(show).filter(([k]) => !isCustomId(k)))
  return { ...r, ...rest, custom }
}
const fieldValue = (r: CrmRecord, k: Key): unknown => (isCustomId(k) ? r.custom?.[keyOf(k)] : r[k])
/** What `show` will overwrite, to be able to go back. */
export function beforeOf(r: CrmRecord, show: Show): Show {
  return Object.fromEntries(Object.keys(show).map((k) => [k, fieldValue(r, k as Key) ?? null])) as Show
}
/** Takes one failed change back, field by field: what another change has written since stays. */
export function revert(r: CrmRecord, show: Show, before: Show): CrmRecord {
  const back = Object.fromEntries(
    Object.entries(before).filter(([k]) => same(fieldValue(r, k as Key), show[k as keyof Show])),
  ) as Show
  return apply(r, back)
}
/** The server's answer to one change, under those that are still on their way. */
export function settle(answer: CrmRecord, pending: readonly Show[]): CrmRecord {
  return pending.reduce(apply, answer)
}

export function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((x, i) => x === b[i])
  return a === b || ((a ?? null) === null && (b ?? null) === null)
}

/** One field that was changed here and there at the same time. */
export type Clash = { field: Key; mine: unknown; theirs: unknown }
/** Which of my fields somebody else changed as well, to something else. None: mine can be sent again on top of theirs. */
export function clashes(show: Show, before: Show, current: CrmRecord): Clash[] {
  return (Object.keys(show) as Key[]).flatMap((field) => {
    const mine = show[field]
    const theirs = fieldValue(current, field)
    return same(theirs, before[field]) || same(theirs, mine) ? [] : { field, mine, theirs }
  })
}
