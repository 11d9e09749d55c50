import { queryOptions, useQuery } from '@tanstack/react-query'
import { getCompany, getContact, getDeal } from '@/api/gen/sdk.gen'
import type { RecordKind } from './fields'

/** Names of records that a custom field knows by id only. */
const KEEP = 5 * 60_000
const must = { throwOnError: true } as const

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
