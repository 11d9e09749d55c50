import { queryOptions } from '@tanstack/react-query'
import { client } from '@/api/gen/client.gen'
import type { InboxCounts } from './types'

/** By itself: every page asks for it, and for nothing else of the inbox. */
export const COUNTS_KEY = ['inbox-counts'] as const
export const inboxCountsOptions = () =>
  queryOptions({
    queryKey: COUNTS_KEY,
    queryFn: async () =>
      (
        await client.get<{ 200: InboxCounts }, unknown, true>({
          url: '/api/messaging/inbox/counts',
          throwOnError: true,
        })
      ).data,
    staleTime: 60_000,
  })
