import { type QueryClient, queryOptions, useQuery } from '@tanstack/react-query'
import { getCompany, getContact, getDeal, listCompanies, listContacts, listDeals, listMembers } from '@/api/gen/sdk.gen'
import type { Option } from '@/shared/ui/select'
import type { RecordKind } from './fields'

/** Names of people and records that a custom field knows by id only, and the search for them. */
const KEEP = 5 * 60_000
const must = { throwOnError: true } as const

const membersOptions = () =>
  queryOptions({
    queryKey: ['members', 'names'],
    queryFn: async ({ signal }) => {
      const r = await listMembers({ query: { limit: 100 }, signal, ...must })
      return new Map(r.data.items.map((m) => [m.id, m.name]))
    },
    staleTime: KEEP,
  })
export const useMemberNames = (wanted: boolean) => useQuery({ ...membersOptions(), enabled: wanted }).data
export const useMemberName = (id: string) => useMemberNames(id !== '')?.get(id)

async function nameOf(kind: RecordKind, id: string, signal?: AbortSignal) {
  const one = { path: { id }, signal, ...must }
  if (kind === 'deal') return (await getDeal(one)).data.title
  return kind === 'contact' ? (await getContact(one)).data.name : (await getCompany(one)).data.name
}
export const recordNameOptions = (kind: RecordKind, id: string) =>
  queryOptions({
    queryKey: ['record-name', kind, id],
    queryFn: ({ signal }) => nameOf(kind, id, signal),
    staleTime: KEEP,
    retry: false,
  })
export const useRecordName = (kind: RecordKind, id: string) =>
  useQuery({ ...recordNameOptions(kind, id), enabled: id !== '' })
/** What was picked has been seen by name: it need not be asked for. */
export function rememberName(qc: QueryClient, kind: RecordKind, { value, label }: Option) {
  qc.setQueryData(recordNameOptions(kind, value).queryKey, label)
}

export async function findRecords(kind: RecordKind, search: string, signal: AbortSignal): Promise<Option[]> {
  const query = { limit: 20, ...(search ? { search } : {}) }
  if (kind === 'deal') {
    const { data } = await listDeals({ query, signal, ...must })
    return data.items.map((d) => ({ value: d.id, label: d.title, hint: d.company?.name }))
  }
  const sorted = { ...query, sort: 'name' }
  if (kind === 'contact') {
    const { data } = await listContacts({ query: sorted, signal, ...must })
    return data.items.map((c) => ({ value: c.id, label: c.name, hint: c.companyName ?? undefined }))
  }
  const { data } = await listCompanies({ query: sorted, signal, ...must })
  return data.items.map((c) => ({ value: c.id, label: c.name, hint: c.industry ?? undefined }))
}
export async function findMembers(search: string, signal: AbortSignal): Promise<Option[]> {
  const { data } = await listMembers({ query: { limit: 50, ...(search ? { search } : {}) }, signal, ...must })
  return data.items.map((m) => ({ value: m.id, label: m.name }))
}
