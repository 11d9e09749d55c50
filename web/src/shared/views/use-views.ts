import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useRouter } from '@tanstack/react-router'
import { useEffect, useMemo, useRef } from 'react'
import type { ViewRecordType } from '@/api/gen/types.gen'
import { changeView, viewsOptions } from './api'
import { ALL_VIEW, defaultOf, inOrder, isChanged, type SavedView, type ViewQuery } from './model'

/** Where a view lives: what `navigate` takes. */
export type Place = { to: string; params?: object; search: object }
export type ViewsInput = {
  recordType: ViewRecordType
  /** The view that the address names. */
  saved: string | undefined
  /** The address asks for nothing: a default view is opened. */
  isBare: boolean
  /** What is on screen, in the form that views keep. */
  query: ViewQuery
  /** Of it, what the plain list does not show anyway. */
  plain?: ViewQuery
  /** The same question in its shortest form. */
  normalize: (q: ViewQuery) => ViewQuery
  /** The address of a view; of the plain list for null. */
  placeOf: (view: SavedView | null) => Place
}

/** The views of a list and the one it shows. The address stays the truth; a view is a way to write it. */
export function useViews({ recordType, saved, isBare, query, plain = query, normalize, placeOf }: ViewsInput) {
  const qc = useQueryClient()
  const router = useRouter()
  const navigate = useNavigate()
  const q = useQuery(viewsOptions(recordType))
  const views = useMemo(() => inOrder(q.data ?? []), [q.data])
  const first = useMemo(() => defaultOf(views), [views])
  const current = views.find((v) => v.id === saved) ?? null
  const place = (view: SavedView | null): Place => {
    const p = placeOf(view)
    // With a default, the bare address is taken: the plain list has to be named.
    return view || !first ? p : { ...p, search: { ...p.search, saved: ALL_VIEW } }
  }
  const withSearch = (view: SavedView | null, search: object = {}): Place => {
    const p = place(view)
    return { ...p, search: { ...p.search, ...search } }
  }
  const open = (view: SavedView | null, replace = false, search: object = {}) =>
    void navigate({ ...withSearch(view, search), replace } as never)
  const openNow = useRef(open)
  openNow.current = open
  useEffect(() => {
    if (isBare && first) openNow.current(first, true)
  }, [isBare, first])
  return {
    recordType,
    views,
    current,
    query,
    /** The list waits: a moment later it may be another one. */
    isWaiting: isBare && (q.isPending || first !== undefined),
    isChanged: isChanged(current, current ? query : plain, normalize),
    open,
    /** With what is asked besides. */
    hrefOf: (view: SavedView | null, search?: object) => router.buildLocation(withSearch(view, search) as never).href,
    save: () => (current ? changeView(qc, current, { query }) : Promise.resolve(false)),
  }
}
export type Views = ReturnType<typeof useViews>
