import { queryOptions } from '@tanstack/react-query'
import type { Import } from '@/api/gen/types.gen'
import { get } from '@/shared/api/call'
import type { Option } from '@/shared/ui/select'
import { api } from './api'

/** What an audience is chosen from. */
export const importsOptions = () =>
  queryOptions({
    queryKey: ['listImports', 'audience'],
    queryFn: ({ signal }) =>
      get<{ items: Import[] }>('/api/crm/imports', { limit: 50 }, signal).then((r) =>
        r.items.filter((i) => i.status === 'completed'),
      ),
  })
/** Campaigns whose contacts may be left out, found by name. */
export const findCampaigns = (search: string, signal: AbortSignal): Promise<Option[]> =>
  api
    .list({ search: search || undefined }, undefined, signal)
    .then((r) => r.items.map((c) => ({ value: c.id, label: c.name })))
export const campaignNameOptions = (id: string) =>
  queryOptions({
    queryKey: ['campaign-name', id],
    queryFn: ({ signal }) => api.get(id, signal).then((c) => c.name),
    staleTime: 5 * 60_000,
    retry: false,
  })
