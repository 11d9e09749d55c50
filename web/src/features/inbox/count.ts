import { queryOptions } from '@tanstack/react-query'
import { get } from '@/shared/api/call'
import type { InboxCounts } from './types'

/** By itself: every page asks for it, and for nothing else of the inbox. */
export const COUNTS_KEY = ['inbox-counts'] as const
export const inboxCountsOptions = () =>
  queryOptions({
    queryKey: COUNTS_KEY,
    queryFn: ({ signal }) => get<InboxCounts>('/api/messaging/inbox/counts', {}, signal),
    staleTime: 60_000,
  })
