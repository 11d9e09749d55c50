import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo, useState } from 'react'
import { cutStale, listOptions, queryOf } from './api'
import type { CrmRecord, Kind } from './fields'
import type { ListSearch } from './search-params'

/** What the address says, and how to change it. Typing and toggling replace; opening something is a step back leads from. */
export function useListSearch() {
  const search = useSearch({ strict: false }) as ListSearch
  const navigate = useNavigate()
  const set = useCallback(
    (patch: Partial<ListSearch>, push = false) =>
      void navigate({ to: '.', search: ((s: ListSearch) => ({ ...s, ...patch })) as never, replace: !push }),
    [navigate],
  )
  return [search, set] as const
}
export type SetSearch = ReturnType<typeof useListSearch>[1]

/** The records of a list over its cursor pages. */
export function useRecordList(kind: Kind, search: Pick<ListSearch, 'q' | 'sort' | 'filter'>, trash = false) {
  const { q, sort, filter } = search
  const qc = useQueryClient()
  const options = useMemo(
    () => listOptions(kind, queryOf(kind, { q, sort, filter }, trash)),
    [kind, q, sort, filter, trash],
  )
  useState(() => cutStale(qc, options.queryKey))
  const list = useInfiniteQuery(options)
  const rows = useMemo(() => distinct(list.data?.pages.flatMap((p) => p.items) ?? []), [list.data])
  const page = list.data?.pages.at(-1)?.page
  return {
    rows,
    /** Changes with what is asked for, not with what came. */
    key: JSON.stringify(options.queryKey),
    total: page?.total ?? 0,
    isEstimate: page?.totalIsEstimate ?? false,
    isLoading: list.isPending,
    error: list.data ? null : list.error,
    retry: () => void list.refetch(),
    /** What is on screen is being read again, or belongs to the question before. */
    isRefreshing: list.isFetching && !list.isPending && !list.isFetchingNextPage,
    hasMore: list.hasNextPage,
    moreFailed: list.isFetchNextPageError,
    isFetchingMore: list.isFetchingNextPage,
    fetchMore: list.fetchNextPage,
  }
}
export type RecordList = ReturnType<typeof useRecordList>

/** A record that moved while pages were read may come twice. */
function distinct(rows: CrmRecord[]): CrmRecord[] {
  const seen = new Set<string>()
  return rows.filter((r) => !seen.has(r.id) && seen.add(r.id))
}
