import type { QueryClient } from '@tanstack/react-query'
import { listCompanies, listContacts, listDeals, listMembers } from '@/api/gen/sdk.gen'
import type { Option } from '@/shared/ui/select'
import type { RecordKind } from './fields'
import { recordNameOptions } from './names'

/** What pickers of people and records search in. */
const must = { throwOnError: true } as const

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
