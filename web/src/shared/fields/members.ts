import { queryOptions, useQuery } from '@tanstack/react-query'
import { listMembers } from '@/api/gen/sdk.gen'

/** Names of members that a custom field knows by id only. */
const KEEP = 5 * 60_000
const membersOptions = () =>
  queryOptions({
    queryKey: ['members', 'names'],
    queryFn: async ({ signal }) => {
      const r = await listMembers({ query: { limit: 100 }, signal, throwOnError: true })
      return new Map(r.data.items.map((m) => [m.id, m.name]))
    },
    staleTime: KEEP,
  })
export const useMemberNames = (wanted: boolean) => useQuery({ ...membersOptions(), enabled: wanted }).data
export const useMemberName = (id: string) => useMemberNames(id !== '')?.get(id)
