import { queryOptions } from '@tanstack/react-query'
import { countUnreadNotifications } from '@/api/gen/sdk.gen'

/** By itself: every page asks for it, and for nothing else of notifications. */
export const COUNT_KEY = ['notification-count'] as const
export const countOptions = () =>
  queryOptions({
    queryKey: COUNT_KEY,
    queryFn: async () => (await countUnreadNotifications({ throwOnError: true })).data,
    staleTime: 60_000,
  })
/** The server counts one further at most. */
export const MOST = 99
