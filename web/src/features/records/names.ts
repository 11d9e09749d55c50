import { useQueries, useQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { listMembersOptions } from '@/api/gen/@tanstack/react-query.gen'
import type { RecordKind } from '@/shared/fields/fields'
import { recordNameOptions } from '@/shared/fields/names'
import { useMaybeSession } from '@/shared/session/session'
import { recordOptions } from './api'

/** Names of owners and companies that are known by id only (filters, the change log). */
export type NameOf = (field: string, id: string) => string | undefined
const KEEP = 5 * 60_000

export function useNames(
  owners: readonly string[],
  companies: readonly string[],
  records: readonly { kind: RecordKind; id: string }[] = [],
): NameOf {
  const me = useMaybeSession()?.user
  const others = owners.some((id) => id !== 'me' && id !== me?.id)
  const members = useQuery({ ...listMembersOptions({ query: { limit: 100 } }), enabled: others, staleTime: KEEP }).data
  const wanted = useMemo(() => [...new Set(companies)].slice(0, 20), [companies])
  const found = useQueries({
    queries: wanted.map((id) => ({ ...recordOptions('company', id), staleTime: KEEP, retry: false })),
    combine: namesById,
  })
  const related = useQueries({
    queries: records.slice(0, 20).map(({ kind, id }) => recordNameOptions(kind, id)),
    combine: (all) => JSON.stringify(all.map((r) => r.data ?? null)),
  })
  const names = useMemo(() => {
    const told = JSON.parse(related) as (string | null)[]
    return new Map(records.slice(0, 20).map(({ id }, i) => [id, told[i] ?? undefined]))
  }, [records, related])
  return useCallback(
    (field, id) => {
      if (field === 'companyId') return found[id]
      if (names.has(id)) return names.get(id)
      return id === me?.id ? me.name : members?.items.find((m) => m.id === id)?.name
    },
    [found, names, members, me],
  )
}
function namesById(results: { data?: { id: string; name: string } }[]): Record<string, string> {
  return Object.fromEntries(results.flatMap((r) => (r.data ? [[r.data.id, r.data.name]] : [])))
}
