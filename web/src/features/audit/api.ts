import { infiniteQueryOptions } from '@tanstack/react-query'
import type { PageInfo } from '@/api/gen/types.gen'
import { get } from '@/shared/api/call'

// By hand from the agreement, until the document of the server has them.
export type Change = { field: string; before: unknown; after: unknown }
export type AuditLine = {
  number: number
  at: string
  actor: { kind: string; id: string | null; name: string | null }
  /** The kind of the event, such as `deal.stage.changed`. */
  action: string
  subject: { kind: string; ids: string[] }
  changes: Change[]
  ip: string | null
  device: string | null
  requestId: string
  hash: string
}
type Page = { items: AuditLine[]; page: PageInfo }
export type AuditQuery = { from?: string; to?: string; actor?: string; action?: string; subject?: string }
export type Verdict = { lines: number; intact: boolean; brokenAt: number | null; missing: number; head: string }

export const auditOptions = (query: AuditQuery) =>
  infiniteQueryOptions({
    queryKey: ['audit', query],
    queryFn: ({ pageParam, signal }) => get<Page>('/api/audit', { ...query, cursor: pageParam, limit: 100 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.page.nextCursor,
  })
export const verify = () => get<Verdict>('/api/audit/verify')
export const EXPORT = '/api/audit/export.csv'
