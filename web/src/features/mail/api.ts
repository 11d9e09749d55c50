import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { MailPreview as Letter, OutboxMailList as Page } from '@/api/gen/types.gen'
import { get } from '@/shared/api/call'

export type { MailPreview as Letter, MailState, OutboxMail } from '@/api/gen/types.gen'

export const outboxOptions = () =>
  infiniteQueryOptions({
    queryKey: ['mail', 'outbox'],
    queryFn: ({ pageParam, signal }) => get<Page>('/api/mail/outbox', { cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.page.nextCursor,
    retry: false,
  })
export const templatesOptions = () =>
  queryOptions({
    queryKey: ['mail', 'templates'],
    queryFn: ({ signal }) => get<{ items: { kind: string; name: string }[] }>('/api/mail/templates', undefined, signal),
  })
export const previewOptions = (kind: string, locale: string) =>
  queryOptions({
    queryKey: ['mail', 'preview', kind, locale],
    queryFn: ({ signal }) => get<Letter>(`/api/mail/templates/${encodeURIComponent(kind)}/preview`, { locale }, signal),
    enabled: kind !== '',
  })
