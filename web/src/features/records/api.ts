import {
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  type QueryFunction,
  type QueryKey,
  queryOptions,
} from '@tanstack/react-query'
import {
  getBatchQueryKey,
  getCompanyOptions,
  getCompanyQueryKey,
  getCompanyTimelineInfiniteQueryKey,
  getContactOptions,
  getContactQueryKey,
  getContactTimelineInfiniteQueryKey,
  getOverviewQueryKey,
  listCompaniesInfiniteOptions,
  listCompaniesInfiniteQueryKey,
  listCompaniesQueryKey,
  listContactsInfiniteOptions,
  listContactsInfiniteQueryKey,
  listContactsOptions,
  listContactsQueryKey,
} from '@/api/gen/@tanstack/react-query.gen'
import {
  bulkCompanies,
  bulkContacts,
  checkCompanyDuplicates,
  checkContactDuplicates,
  createCompany,
  createContact,
  deleteCompany,
  deleteContact,
  getCompanyTimeline,
  getContactTimeline,
  listCompanies,
  listContacts,
  listMembers,
  listTags,
  purgeCompany,
  purgeContact,
  restoreCompany,
  restoreContact,
  updateCompany,
  updateContact,
} from '@/api/gen/sdk.gen'
import type { Batch, BulkRequest, CompanyInput, ContactInput, DuplicateCheck, DuplicateHint } from '@/api/gen/types.gen'
import { byCursor } from '@/shared/api/paging'
import type { Option } from '@/shared/ui/select'
import type { Pages, RecordPage } from './cache'
import type { CrmRecord, Kind } from './fields'
import { normalized } from './filter'
import type { ListSearch } from './search-params'

/** The generated client, with one face for both kinds of record. */
export type Query = { limit?: number; sort?: string; search?: string; filter?: string; trash?: boolean }
export type Input = ContactInput | CompanyInput
export type Body = Record<string, unknown>
type Created = CrmRecord & { duplicates: DuplicateHint[] }

export const PAGE = 100
export function queryOf(kind: Kind, s: Pick<ListSearch, 'q' | 'sort' | 'filter'>, trash?: boolean): Query {
  const filter = normalized(kind, s.filter)
  return {
    limit: PAGE,
    ...(s.sort ? { sort: s.sort } : {}),
    ...(s.q ? { search: s.q } : {}),
    ...(filter ? { filter: JSON.stringify(filter) } : {}),
    ...(trash ? { trash } : {}),
  }
}

/** One way to see the lists of both kinds: a Contact and a Company are both a CrmRecord. */
type PageFn<T> = QueryFunction<T, QueryKey, unknown>
export function listOptions(kind: Kind, query: Query) {
  const o = kind === 'contact' ? listContactsInfiniteOptions({ query }) : listCompaniesInfiniteOptions({ query })
  return infiniteQueryOptions({
    ...byCursor,
    queryKey: o.queryKey as QueryKey,
    queryFn: o.queryFn as PageFn<RecordPage>,
    placeholderData: keepPreviousData,
    // Every page is read again: not worth it for a long list that was merely looked away from.
    refetchOnWindowFocus: (q) => isShort(q.state.data),
    refetchOnMount: (q) => isShort(q.state.data),
  })
}
const isShort = (data: unknown) => ((data as { pages?: unknown[] } | undefined)?.pages?.length ?? 0) <= 3

const one = (id: string) => ({ path: { id } })
export function recordOptions(kind: Kind, id: string) {
  const o = kind === 'contact' ? getContactOptions(one(id)) : getCompanyOptions(one(id))
  return queryOptions({ queryKey: o.queryKey as QueryKey, queryFn: o.queryFn as QueryFunction<CrmRecord, QueryKey> })
}
export const contactsOfCompany = (companyId: string, limit: number) =>
  listContactsOptions({
    query: { limit, sort: 'name', filter: JSON.stringify({ field: 'companyId', op: 'eq', value: companyId }) },
  })

export const keys = {
  lists: (kind: Kind): QueryKey =>
    kind === 'contact' ? listContactsInfiniteQueryKey() : listCompaniesInfiniteQueryKey(),
  one: (kind: Kind, id: string): QueryKey =>
    kind === 'contact' ? getContactQueryKey(one(id)) : getCompanyQueryKey(one(id)),
  timeline: (kind: Kind, id: string): QueryKey =>
    kind === 'contact' ? getContactTimelineInfiniteQueryKey(one(id)) : getCompanyTimelineInfiniteQueryKey(one(id)),
  overview: (): QueryKey => getOverviewQueryKey(),
  batch: (id: string): QueryKey => getBatchQueryKey(one(id)),
}

/** One page by itself (people of a company). Its key is also the beginning of the keys of endless lists. */
export const shortLists = (kind: Kind) => ({
  queryKey: (kind === 'contact' ? listContactsQueryKey() : listCompaniesQueryKey()) as QueryKey,
  predicate: (q: { queryKey: QueryKey }) => !(q.queryKey[0] as { _infinite?: boolean })._infinite,
})

const must = { throwOnError: true } as const
const data = <T>(r: { data: T }) => r.data
export const api = {
  create: (kind: Kind, body: Input): Promise<Created> =>
    kind === 'contact'
      ? createContact({ body: body as ContactInput, ...must }).then(data)
      : createCompany({ body: body as CompanyInput, ...must }).then(data),
  update: (kind: Kind, id: string, body: Body): Promise<CrmRecord> =>
    kind === 'contact'
      ? updateContact({ ...one(id), body, ...must }).then(data)
      : updateCompany({ ...one(id), body, ...must }).then(data),
  remove: (kind: Kind, id: string) => (kind === 'contact' ? deleteContact : deleteCompany)({ ...one(id), ...must }),
  restore: (kind: Kind, id: string): Promise<CrmRecord> =>
    kind === 'contact'
      ? restoreContact({ ...one(id), ...must }).then(data)
      : restoreCompany({ ...one(id), ...must }).then(data),
  purge: (kind: Kind, id: string) => (kind === 'contact' ? purgeContact : purgeCompany)({ ...one(id), ...must }),
  bulk: (kind: Kind, body: BulkRequest): Promise<Batch> =>
    (kind === 'contact' ? bulkContacts : bulkCompanies)({ body, ...must }).then(data),
  duplicates: (kind: Kind, body: DuplicateCheck, signal: AbortSignal): Promise<DuplicateHint[]> =>
    (kind === 'contact' ? checkContactDuplicates : checkCompanyDuplicates)({ body, signal, ...must }).then(
      (r) => r.data.items,
    ),
  deletedBy: async (kind: Kind, id: string): Promise<string | null> => {
    const ask = kind === 'contact' ? getContactTimeline : getCompanyTimeline
    const r = await ask({ ...one(id), query: { limit: 5 }, ...must })
    return r.data.items.find((e) => e.action === 'deleted')?.actor.name ?? null
  },
}

/** What comboboxes and pick lists search in. */
export async function findRecords(kind: Kind, search: string, signal: AbortSignal): Promise<Option[]> {
  const query = { limit: 20, ...(search ? { search } : {}) }
  const r = await (kind === 'contact' ? listContacts : listCompanies)({ query, signal, ...must })
  return (r.data.items as CrmRecord[]).map((c) => ({
    value: c.id,
    label: c.name,
    hint: c.companyName ?? c.emails[0] ?? undefined,
  }))
}
export async function loadCompanies(search: string, signal: AbortSignal): Promise<Option[]> {
  const query = { limit: 20, sort: 'name', ...(search ? { search } : {}) }
  const r = await listCompanies({ query, signal, ...must })
  return r.data.items.map((c) => ({ value: c.id, label: c.name, hint: c.industry ?? undefined }))
}
export async function loadMembers(search: string, signal: AbortSignal): Promise<Option[]> {
  const r = await listMembers({ query: { limit: 50, ...(search ? { search } : {}) }, signal, ...must })
  return r.data.items.map((m) => ({ value: m.id, label: m.name }))
}
export async function loadTagNames(search: string, signal?: AbortSignal): Promise<string[]> {
  const r = await listTags({ query: search ? { search } : {}, signal, ...must })
  return r.data.items.map((t) => t.name)
}
export const apiPath = (kind: Kind) => (kind === 'contact' ? '/api/crm/contacts' : '/api/crm/companies')

/**
 * After a change of the set of records. Short lists are read again at once; of a long one every page would be asked
 * for, so it starts again from its first page: when it is next opened, or `now`.
 */
export function refresh(qc: QueryClient, kind: Kind, now = false) {
  for (const q of qc.getQueryCache().findAll({ queryKey: keys.lists(kind) })) {
    if (now && !isShort(q.state.data)) cut(qc, q.queryKey)
    const refetchType = isShort(q.state.data) ? 'active' : 'none'
    void qc.invalidateQueries({ queryKey: q.queryKey, exact: true, refetchType })
  }
  void qc.invalidateQueries(shortLists(kind))
  void qc.invalidateQueries({ queryKey: keys.overview() })
}
function cut(qc: QueryClient, queryKey: QueryKey) {
  qc.setQueryData<Pages>(queryKey, (d) => d && { pages: d.pages.slice(0, 1), pageParams: d.pageParams.slice(0, 1) })
}
/** For a list page that opens. */
export function cutStale(qc: QueryClient, queryKey: QueryKey) {
  const state = qc.getQueryState<Pages>(queryKey)
  if (!state?.isInvalidated || isShort(state.data)) return
  cut(qc, queryKey)
  void qc.invalidateQueries({ queryKey, exact: true })
}
