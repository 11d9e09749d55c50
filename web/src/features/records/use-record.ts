import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { listOptions, queryOf, recordOptions } from './api'
import type { Kind } from './fields'
import { cached } from './save'
import type { ListSearch } from './search-params'

/** The list a record was opened from travels in the history entry, so back and reload keep it. */
export type ListContext = Pick<ListSearch, 'q' | 'sort' | 'filter' | 'saved' | 'cols'>
declare module '@tanstack/react-router' {
  interface HistoryState {
    recordList?: ListContext
  }
}

/** What a list already knows is shown at once. */
export function useRecord(kind: Kind, id: string) {
  const qc = useQueryClient()
  return useQuery({ ...recordOptions(kind, id), placeholderData: () => cached(qc, kind, id) })
}

const NEAR_END = 3
/** The records before and after in that list, and where this one stands. */
export function useNeighbours(kind: Kind, id: string, list: ListContext | undefined) {
  const q = useInfiniteQuery({ ...listOptions(kind, queryOf(kind, list ?? {})), enabled: !!list })
  const rows = list ? (q.data?.pages.flatMap((p) => p.items) ?? []) : []
  const at = rows.findIndex((r) => r.id === id)
  const page = q.data?.pages.at(-1)?.page
  const { hasNextPage, isFetching, fetchNextPage } = q
  useEffect(() => {
    if (at >= 0 && at >= rows.length - NEAR_END && hasNextPage && !isFetching) void fetchNextPage()
  }, [at, rows.length, hasNextPage, isFetching, fetchNextPage])
  if (at < 0) return null
  return {
    previous: rows[at - 1]?.id,
    next: rows[at + 1]?.id,
    position: at + 1,
    total: page?.total ?? rows.length,
    isEstimate: page?.totalIsEstimate ?? false,
  }
}
