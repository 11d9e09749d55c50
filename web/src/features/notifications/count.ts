import { queryOptions } from '@tanstack/react-query'
import { client } from '@/api/gen/client.gen'

/** By itself: every page asks for it, and for nothing else of notifications. */
export type UnreadCount = { unread: number; mentions: number }
export const COUNT_KEY = ['notification-count'] as const
export const countOptions = () =>
  queryOptions({
    queryKey: COUNT_KEY,
    queryFn: async () =>
      (
        await client.get<{ 200: UnreadCount }, unknown, true>({
          url: '/api/v1/notifications/unread-count',
          throwOnError: true,
        })
      ).data,
    staleTime: 60_000,
  })
/** The server counts that far. */
export const MOST = 99
