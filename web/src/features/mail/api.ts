import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { PageInfo } from '@/api/gen/types.gen'
import { get } from '@/shared/api/call'

export type MailState = 'queued' | 'sent' | 'failed' | 'bounced'
export type OutboxMail = {
  id: string
  kind: string
  to: string
  subject: string
  text: string
  html: string
  state: MailState
  createdAt: string
}
type Page = { items: OutboxMail[]; page: PageInfo }
export type Letter = { subject: string; text: string; html: string }

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
