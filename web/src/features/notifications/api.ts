import { infiniteQueryOptions } from '@tanstack/react-query'
import {
  createMute,
  deleteMute,
  listNotifications,
  markAllNotifications,
  markNotifications,
  snoozeNotification,
} from '@/api/gen/sdk.gen'
import type { MuteInput, NotificationCategory, NotificationList } from '@/api/gen/types.gen'

export type Which = { filter: 'inbox' | 'unread' | 'snoozed'; category?: NotificationCategory }
export type NotificationPage = NotificationList

const must = { throwOnError: true } as const
const PAGE = 30
export const api = {
  list: async (query: Which & { cursor?: string; limit?: number }) =>
    (await listNotifications({ query, ...must })).data,
  read: (ids: string[], read: boolean) => markNotifications({ body: { ids, read }, ...must }),
  readAll: async (body: { category?: NotificationCategory; upTo?: string }) =>
    (await markAllNotifications({ body, ...must })).data,
  snooze: (id: string, until: string | null) => snoozeNotification({ path: { id }, body: { until }, ...must }),
  mute: async (body: MuteInput) => (await createMute({ body, ...must })).data,
  unmute: (id: string) => deleteMute({ path: { id }, ...must }),
}

export const keys = { list: ['notifications'], mutes: ['notification-mutes'] } as const
export const listOptions = (which: Which) =>
  infiniteQueryOptions({
    queryKey: [...keys.list, which],
    queryFn: ({ pageParam }) => api.list({ ...which, cursor: pageParam, limit: PAGE }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.page.nextCursor ?? undefined,
  })
