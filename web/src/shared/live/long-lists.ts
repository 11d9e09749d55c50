import type { InfiniteData, Query, QueryClient } from '@tanstack/react-query'
import { getCompany, getContact, getDeal } from '@/api/gen/sdk.gen'
import { isApiError } from '@/shared/api/errors'

/**
 * Lists one has scrolled far down: to read every page again for one row is not worth it. The rows that changed are read
 * one by one; what else changed is seen when the list is opened next.
 */
type Row = { id: string; deletedAt?: string | null }
type Pages = InfiniteData<{ items: Row[] }>
type Load = (id: string) => Promise<Row>

const LONG = 3
const MOST_ROWS = 10
const one = (id: string) => ({ path: { id }, throwOnError: true }) as const
const LOAD: Record<string, Load> = {
  listContacts: (id) => getContact(one(id)).then((r) => r.data),
  listCompanies: (id) => getCompany(one(id)).then((r) => r.data),
  deals: (id) => getDeal(one(id)).then((r) => r.data),
}

export function isLong({ state }: Pick<Query, 'state'>) {
  return ((state.data as { pages?: unknown[] } | undefined)?.pages?.length ?? 0) > LONG
}

export async function rereadRows(qc: QueryClient, query: Query, queries: string, ids: readonly string[] | null) {
  void qc.invalidateQueries({ queryKey: query.queryKey, exact: true, refetchType: 'none' })
  const load = LOAD[queries]
  const rows = new Set((query.state.data as Pages).pages.flatMap((p) => p.items.map((r) => r.id)))
  const shown = ids?.filter((id) => rows.has(id)) ?? []
  if (!load || !query.isActive() || shown.length === 0 || shown.length > MOST_ROWS) return
  const fresh = await Promise.all(shown.map((id) => find(load, id)))
  // The state of `invalidate` stays: the order and who belongs to the list are not known.
  const at = query.state.dataUpdatedAt
  qc.setQueryData<Pages>(query.queryKey, (d) => d && fresh.reduce(put, d), { updatedAt: at })
  void qc.invalidateQueries({ queryKey: query.queryKey, exact: true, refetchType: 'none' })
}

type Found = { id: string; row: Row | null } | null
const find = (load: Load, id: string): Promise<Found> =>
  load(id).then(
    (row) => ({ id, row: row.deletedAt ? null : row }),
    (e: unknown) => (isApiError(e) && e.status === 404 ? { id, row: null } : null),
  )
function put(data: Pages, found: Found): Pages {
  if (!found) return data
  const { id, row } = found
  const pages = data.pages.map((p) => {
    if (!p.items.some((r) => r.id === id)) return p
    const items = row ? p.items.map((r) => (r.id === id ? row : r)) : p.items.filter((r) => r.id !== id)
    return { ...p, items }
  })
  return { ...data, pages }
}
