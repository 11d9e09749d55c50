import { infiniteQueryOptions, keepPreviousData, type QueryClient, queryOptions } from '@tanstack/react-query'
import {
  createDeal,
  createPipeline,
  createStage,
  deleteDeal,
  deletePipeline,
  deleteStage,
  getBoard,
  getBoardColumn,
  getDeal,
  getDealHistory,
  getForecast,
  getStageHistory,
  listCompanies,
  listContacts,
  listDeals,
  listMembers,
  listPipelines,
  listTags,
  moveDeal,
  replacePipeline,
  replaceStage,
  restoreDeal,
  updateDeal,
} from '@/api/gen/sdk.gen'
import type {
  Board,
  DealInput,
  DealMove,
  DealPatch,
  PipelineInput,
  PipelineReplace,
  StageInput,
  StageReplace,
} from '@/api/gen/types.gen'
import { TIMELINES } from '@/shared/timeline/keys'
import type { Option } from '@/shared/ui/select'
import { keepLoaded } from './model'

/** The generated client as this feature uses it: keys, queries, changes, and what pickers search in. */
export type BoardQuery = { search?: string; filter?: string }
export const FIRST_CARDS = 50
const MORE_CARDS = 200
const must = { throwOnError: true } as const
const data = <T>(r: { data: T }) => r.data
const one = (id: string) => ({ path: { id } })

export const keys = {
  pipelines: ['pipelines'] as const,
  boards: ['board'] as const,
  board: (id: string, query: BoardQuery) => ['board', id, query] as const,
  deals: ['deals'] as const,
  deal: (id: string) => ['deal', id] as const,
  moves: ['moves'] as const,
}

export const pipelinesOptions = () =>
  queryOptions({
    queryKey: keys.pipelines,
    queryFn: ({ signal }) => listPipelines({ signal, ...must }).then((r) => r.data.items),
    // The first one is made in the moment after an organization was founded.
    refetchInterval: (q) => (q.state.data?.length === 0 ? 1000 : false),
  })
export const boardOptions = (id: string, query: BoardQuery) =>
  queryOptions({
    queryKey: keys.board(id, query),
    queryFn: ({ signal, client }) =>
      getBoard({ ...one(id), query: { ...query, limitPerStage: FIRST_CARDS }, signal, ...must }).then((r) =>
        keepLoaded(client.getQueryData<Board>(keys.board(id, query)), r.data),
      ),
    // What was asked before stays in sight, but never the cards of another pipeline.
    placeholderData: (before, q) => (q?.queryKey[1] === id ? keepPreviousData(before) : undefined),
  })
export const dealOptions = (id: string) =>
  queryOptions({
    queryKey: keys.deal(id),
    queryFn: ({ signal }) => getDeal({ ...one(id), signal, ...must }).then(data),
  })
/** The newest deals of a contact or a company. */
export const dealsOfOptions = (field: 'contactId' | 'companyId', id: string) =>
  queryOptions({
    queryKey: [...keys.deals, 'of', id],
    queryFn: ({ signal }) => {
      const filter = JSON.stringify({ field, op: 'eq', value: id })
      return listDeals({ query: { limit: 20, filter }, signal, ...must }).then(data)
    },
  })

/** `today`: where the person is; what was expected before it is overdue. */
export const forecastOptions = (id: string, from: string, months: number, today: string, filter?: string) =>
  queryOptions({
    queryKey: [...keys.boards, 'forecast', id, from, months, today, filter] as const,
    queryFn: ({ signal }) =>
      getForecast({ ...one(id), query: { from, months, today, ...(filter ? { filter } : {}) }, signal, ...must }).then(
        data,
      ),
    placeholderData: (before) => before,
  })

/** The first page has no cursor. */
const cursorOf = (cursor: string) => (cursor ? { cursor } : {})
export const historyOptions = (of: 'deal' | 'stage', id: string) =>
  infiniteQueryOptions({
    initialPageParam: '',
    queryKey: [...keys.moves, of, id],
    queryFn: ({ signal, pageParam }) => {
      const ask = of === 'deal' ? getDealHistory : getStageHistory
      return ask({ ...one(id), query: { limit: 50, ...cursorOf(pageParam) }, signal, ...must }).then(data)
    },
    getNextPageParam: (last) => last.page.nextCursor,
  })
export type DealsQuery = { sort?: string; search?: string; filter?: string; trash?: boolean }
export const dealsOptions = (query: DealsQuery) =>
  infiniteQueryOptions({
    initialPageParam: '',
    queryKey: [...keys.deals, query],
    queryFn: ({ signal, pageParam }) =>
      listDeals({ query: { limit: 100, ...query, ...cursorOf(pageParam) }, signal, ...must }).then(data),
    getNextPageParam: (last) => last.page.nextCursor,
    placeholderData: keepPreviousData,
  })

export const api = {
  column: (id: string, stageId: string, query: BoardQuery, cursor: string) =>
    getBoardColumn({ path: { id, stageId }, query: { ...query, cursor, limit: MORE_CARDS }, ...must }).then(data),
  move: (id: string, body: DealMove) => moveDeal({ ...one(id), body, ...must }).then(data),
  createDeal: (body: DealInput) => createDeal({ body, ...must }).then(data),
  updateDeal: (id: string, body: DealPatch) => updateDeal({ ...one(id), body, ...must }).then(data),
  deleteDeal: (id: string) => deleteDeal({ ...one(id), ...must }),
  restoreDeal: (id: string) => restoreDeal({ ...one(id), ...must }).then(data),
  createPipeline: (body: PipelineInput) => createPipeline({ body, ...must }).then(data),
  updatePipeline: (id: string, body: PipelineReplace) => replacePipeline({ ...one(id), body, ...must }).then(data),
  deletePipeline: (id: string, moveTo?: string) => deletePipeline({ ...one(id), query: { moveTo }, ...must }),
  createStage: (body: StageInput) => createStage({ body, ...must }).then(data),
  updateStage: (id: string, body: StageReplace) => replaceStage({ ...one(id), body, ...must }).then(data),
  deleteStage: (id: string, moveTo?: string) => deleteStage({ ...one(id), query: { moveTo }, ...must }),
}

/** After a change whose effect on columns and totals only the server knows. */
export function refreshBoards(qc: QueryClient) {
  for (const queryKey of [keys.boards, keys.pipelines, keys.deals, keys.moves, ...TIMELINES])
    void qc.invalidateQueries({ queryKey })
}

const found = (search: string) => ({ limit: 20, sort: 'name', ...(search ? { search } : {}) })
export async function loadCompanies(search: string, signal: AbortSignal): Promise<Option[]> {
  const r = await listCompanies({ query: found(search), signal, ...must })
  return r.data.items.map((c) => ({ value: c.id, label: c.name }))
}
export async function loadContacts(search: string, signal: AbortSignal): Promise<Option[]> {
  const r = await listContacts({ query: found(search), signal, ...must })
  return r.data.items.map((c) => ({ value: c.id, label: c.name, hint: c.companyName ?? undefined }))
}
export async function loadMembers(search: string, signal: AbortSignal): Promise<Option[]> {
  const r = await listMembers({ query: { limit: 50, ...(search ? { search } : {}) }, signal, ...must })
  return r.data.items.map((m) => ({ value: m.id, label: m.name }))
}
export async function loadTags(search: string, signal?: AbortSignal): Promise<string[]> {
  const r = await listTags({ query: search ? { search } : {}, signal, ...must })
  return r.data.items.map((t) => t.name)
}
