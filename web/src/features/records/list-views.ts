import { useCallback, useMemo } from 'react'
import type { SavedView, ViewQuery } from '@/shared/views/model'
import { type Place, useViews } from '@/shared/views/use-views'
import { type Layout, useLayout } from './columns'
import { columnsOf, type FieldId, type Kind } from './fields'
import { type FilterNode, normalized } from './filter'
import { KINDS } from './kinds'
import { type ListSearch, readListSearch } from './search-params'
import type { SetSearch } from './use-list'

/** The saved views of contacts and companies: what of the address they keep, and the way back. */
export function toQuery(kind: Kind, s: ListSearch, columns: readonly string[]): ViewQuery {
  const filter = normalized(kind, s.filter)
  return {
    ...(filter ? { filter: filter as ViewQuery['filter'] } : {}),
    ...(s.q ? { search: s.q } : {}),
    ...(s.sort ? { sort: s.sort } : {}),
    columns: [...columns],
  }
}
export function toSearch({ id, query }: SavedView): ListSearch {
  const { filter, search, sort, columns } = query
  return readListSearch({ filter, q: search, sort, cols: columns?.join(), saved: id })
}
const normalize = (kind: Kind) => (q: ViewQuery) => ({
  ...q,
  filter: normalized(kind, (q.filter ?? undefined) as FilterNode | undefined) as ViewQuery['filter'],
})
/** The address of what is nobody's, which everybody sees. */
export const SHARED: ListSearch = { filter: { field: 'ownerId', op: 'isEmpty' } }
export const isOfNobody = (kind: Kind, filter: FilterNode | undefined) =>
  JSON.stringify(normalized(kind, filter)) === JSON.stringify(SHARED.filter)
export const isBare = ({ q, sort, filter, saved, cols }: ListSearch) => !(q || sort || filter || saved || cols)

export function useListViews(kind: Kind, search: ListSearch, columns: readonly string[]) {
  const { q, sort, filter, saved } = search
  const query = useMemo(() => toQuery(kind, { q, sort, filter }, columns), [kind, q, sort, filter, columns])
  // What is open beside the list stays open.
  const { peek, new: form } = search
  const placeOf = (view: SavedView | null): Place => ({
    to: KINDS[kind].path,
    search: {
      ...(view ? toSearch(view) : {}),
      ...(form && !saved ? { new: form } : {}),
      ...(peek && !saved ? { peek } : {}),
    },
  })
  return useViews({
    recordType: kind,
    saved,
    isBare: isBare(search),
    query,
    normalize: useMemo(() => normalize(kind), [kind]),
    placeOf,
  })
}

/** The columns of the address over those that the person likes. Widths are always the person's. */
export function withColumns(kind: Kind, layout: Layout, cols: string | undefined): Layout {
  if (!cols) return layout
  const known = new Set<string>(columnsOf(kind).map((f) => f.id))
  const shown = [...new Set(['name', ...cols.split(',')])].filter((id) => known.has(id)) as FieldId[]
  const rest = layout.order.filter((id) => !shown.includes(id))
  return { ...layout, order: [...shown, ...rest], hidden: rest }
}
export const shownOf = ({ order, hidden }: Layout): FieldId[] => order.filter((id) => !hidden.includes(id))

/** With columns in the address a change of them goes there; else it is how the person likes the table. */
export function useColumns(kind: Kind, cols: string | undefined, setSearch: SetSearch) {
  const [own, setOwn] = useLayout(kind)
  const layout = useMemo(() => withColumns(kind, own, cols), [kind, own, cols])
  const change = useCallback(
    (next: Layout | ((l: Layout) => Layout)) => {
      if (!cols) return setOwn(next)
      const value = typeof next === 'function' ? next(layout) : next
      setOwn((l) => ({ ...l, widths: value.widths }))
      const now = shownOf(value).join()
      if (now !== shownOf(layout).join()) setSearch({ cols: now })
    },
    [cols, layout, setOwn, setSearch],
  )
  return [layout, change] as const
}
