import { infiniteQueryOptions } from '@tanstack/react-query'
import type { AuditList as Page, AuditVerification as Verdict } from '@/api/gen/types.gen'
import { get } from '@/shared/api/call'

export type { AuditChange as Change, AuditLine, AuditVerification as Verdict } from '@/api/gen/types.gen'
export type AuditQuery = { from?: string; to?: string; actor?: string; action?: string; subject?: string }

export const auditOptions = (query: AuditQuery) =>
  infiniteQueryOptions({
    queryKey: ['audit', query],
    queryFn: ({ pageParam, signal }) => get<Page>('/api/audit', { ...query, cursor: pageParam, limit: 100 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.page.nextCursor,
  })
export const verify = () => get<Verdict>('/api/audit/verify')
export const EXPORT = '/api/audit/export.csv'
