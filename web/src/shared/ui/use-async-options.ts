import { useEffect, useRef, useState } from 'react'
import { errorMessage } from '@/shared/api/messages'
import { useDebounced } from '@/shared/lib/use-debounced'

type Load<T> = (query: string, signal: AbortSignal) => Promise<T[]>
/** Results of `load` for the settled query while the list is open; an older answer never replaces a newer one. */
export function useAsyncOptions<T>(load: Load<T> | undefined, query: string, open: boolean) {
  const settled = useDebounced(query.trim(), 200)
  const [state, setState] = useState<{ items: T[]; loading: boolean; error: string | null }>({
    items: [],
    loading: false,
    error: null,
  })
  const fn = useRef(load)
  fn.current = load
  useEffect(() => {
    if (!open || !fn.current) return
    const abort = new AbortController()
    setState((s) => ({ ...s, loading: true, error: null }))
    fn.current(settled, abort.signal).then(
      (items) => !abort.signal.aborted && setState({ items, loading: false, error: null }),
      (e: unknown) => !abort.signal.aborted && setState({ items: [], loading: false, error: errorMessage(e) }),
    )
    return () => abort.abort()
  }, [settled, open])
  return state
}
