import { infiniteQueryOptions } from '@tanstack/react-query'
import { client } from '@/api/gen/client.gen'
import type { PageInfo } from '@/api/gen/types.gen'

export type Category = 'mentions' | 'assigned' | 'sla' | 'system'
export type SubjectKind = 'contact' | 'company' | 'deal' | 'import' | 'export' | 'bulk' | 'webhook'
export type Subject = { kind: SubjectKind; id: string; name: string | null }
export type Notification = {
  id: string
  kind: string
  category: Category
  text: string
  subject: Subject | null
  actor: { id: string; name: string } | null
  count: number
  createdAt: string
  lastAt: string
  readAt: string | null
  snoozedUntil: string | null
  data: Record<string, unknown>
}
export type NotificationPage = { items: Notification[]; page: PageInfo }
export type Which = { filter: 'inbox' | 'unread' | 'snoozed'; category?: Category }
export type Mute = {
  id: string
  record: { kind: SubjectKind; id: string; name: string | null } | null
  kind: string | null
  until: string | null
  createdAt: string
}
export type NewMute = { record: { kind: SubjectKind; id: string } } | { kind: string }

const BASE = '/api/v1/notifications'
const must = { throwOnError: true } as const
type Call = { url: string; body?: unknown; query?: Record<string, unknown> }
export async function ask<T>(method: 'get' | 'post' | 'put' | 'patch' | 'delete', { url, ...rest }: Call): Promise<T> {
  const headers = rest.body ? { 'Content-Type': 'application/json' } : {}
  const { data } = await client[method]<T, unknown, true>({ url: BASE + url, headers, ...must, ...rest } as never)
  return data as T
}

export const api = {
  list: (query: Which & { cursor?: string; limit?: number }) => ask<NotificationPage>('get', { url: '', query }),
  read: (ids: string[], read: boolean) => ask<{ changed: number }>('post', { url: '/read', body: { ids, read } }),
  readAll: (body: { category?: Category; upTo?: string }) =>
    ask<{ changed: number; ids: string[] }>('post', { url: '/read-all', body }),
  snooze: (id: string, until: string | null) => ask<Notification>('post', { url: `/${id}/snooze`, body: { until } }),
  mute: (body: NewMute) => ask<Mute>('post', { url: '/mutes', body }),
  unmute: (id: string) => ask<void>('delete', { url: `/mutes/${id}` }),
}

export const keys = { list: ['notifications'], mutes: ['notification-mutes'] } as const
const PAGE = 30
export const listOptions = (which: Which) =>
  infiniteQueryOptions({
    queryKey: [...keys.list, which],
    queryFn: ({ pageParam }) => api.list({ ...which, cursor: pageParam, limit: PAGE }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.page.nextCursor ?? undefined,
  })
