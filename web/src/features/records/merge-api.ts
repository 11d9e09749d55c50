import { infiniteQueryOptions, type QueryClient } from '@tanstack/react-query'
import {
  dismissCompanyDuplicates,
  dismissContactDuplicates,
  listCompanyDuplicates,
  listContactDuplicates,
  mergeCompanies,
  mergeContacts,
  unmergeCompanies,
  unmergeContacts,
} from '@/api/gen/sdk.gen'
import type { Batch, MatchedOn, UnmergeConflict, Unmerged } from '@/api/gen/types.gen'
import type { CrmRecord, Kind } from './fields'
import type { MergeBody } from './merge-model'

/** The generated client for duplicates and merges, with one face for both kinds of record. */
export type DuplicateGroup = { id: string; matchedOn: MatchedOn[]; records: CrmRecord[] }
export type GroupPage = { items: DuplicateGroup[]; nextCursor: string | null }
export type Merged = { record: CrmRecord; batch: Batch }
export type { UnmergeConflict }

const PAGE = 20
const must = { throwOnError: true } as const
const data = <T>(r: { data: T }) => r.data

export const groupKeys = { all: ['duplicateGroups'] as const, of: (kind: Kind) => ['duplicateGroups', kind] as const }
export const groupsOptions = (kind: Kind) =>
  infiniteQueryOptions({
    initialPageParam: '',
    queryKey: groupKeys.of(kind),
    queryFn: ({ signal, pageParam }): Promise<GroupPage> => {
      const ask = kind === 'contact' ? listContactDuplicates : listCompanyDuplicates
      const query = { limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) }
      return ask({ query, signal, ...must }).then((r) => r.data as GroupPage)
    },
    getNextPageParam: (last) => last.nextCursor,
  })
export const refreshGroups = (qc: QueryClient) => void qc.invalidateQueries({ queryKey: groupKeys.all })

export const mergeApi = {
  merge: (kind: Kind, body: MergeBody): Promise<Merged> =>
    kind === 'contact' ? mergeContacts({ body, ...must }).then(data) : mergeCompanies({ body, ...must }).then(data),
  unmerge: (kind: Kind, batchId: string): Promise<Unmerged> =>
    (kind === 'contact' ? unmergeContacts : unmergeCompanies)({ body: { batchId }, ...must }).then(data),
  dismiss: (kind: Kind, ids: string[]) =>
    (kind === 'contact' ? dismissContactDuplicates : dismissCompanyDuplicates)({ body: { ids }, ...must }),
}
