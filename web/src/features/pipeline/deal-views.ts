import type { SavedView, ViewQuery } from '@/shared/views/model'
import { type Place, useViews } from '@/shared/views/use-views'
import { conditions } from './questions'
import { type PipelineSearch, readPipelineSearch } from './search-params'

/** The saved views of deals: what of the address they keep, and the way back. The pipeline is one of the conditions. */
type Test = { field: string; op: string; value?: unknown }
/** What of the address has no control of its own, in the order a page may learn it: grouping, a filter beside the buttons. */
type Further = { group?: string; filter?: object }

export function toQuery(pipelineId: string, s: PipelineSearch & Further): ViewQuery {
  const and: object[] = [{ field: 'pipelineId', op: 'eq', value: pipelineId }, ...conditions(s)]
  return {
    filter: { and },
    ...(s.q ? { search: s.q } : {}),
    ...(s.sort ? { sort: s.sort } : {}),
    ...(s.group ? { group: s.group } : {}),
    layout: s.view ?? 'board',
  }
}
/** Conditions that this page has no control for are left to its filter, if it has one. */
export function fromQuery({ filter, search, sort, group, layout }: ViewQuery): {
  pipelineId?: string
  search: PipelineSearch
} {
  const node = filter as { and?: Test[] } | Test | null | undefined
  const tests = !node ? [] : 'and' in node && node.and ? node.and : [node as Test]
  const find = (field: string) => tests.find((t) => t.field === field && t.op === 'eq')
  const own = [find('pipelineId'), find('ownerId'), find('rotting')]
  const rest = tests.filter((t) => !own.includes(t))
  const [pipelineId, owner, rotting] = own.map((t) => t?.value)
  return {
    ...(typeof pipelineId === 'string' ? { pipelineId } : {}),
    search: readPipelineSearch({
      q: search,
      sort,
      group,
      owner,
      rotting: rotting === true,
      view: layout,
      filter: rest.length > 1 ? { and: rest } : rest[0],
    }),
  }
}
/** Only a form or a deal beside it is open. */
export const isBare = (search: PipelineSearch) => Object.keys(search).every((k) => k === 'new' || k === 'deal')

/** The plain board asks for nothing but its pipeline. */
const plain = (query: ViewQuery): ViewQuery => {
  const { filter, ...rest } = query
  return (filter as { and: object[] }).and.length > 1 ? query : rest
}
/** Order of conditions and the shape of the filter are nobody's change. */
export function normalize(query: ViewQuery): ViewQuery {
  const { pipelineId, search } = fromQuery(query)
  return pipelineId ? toQuery(pipelineId, search) : query
}

export function useDealViews(pipelineId: string, search: PipelineSearch) {
  const { view, saved, new: form } = search
  const query = toQuery(pipelineId, search)
  const placeOf = (v: SavedView | null): Place => {
    const at = v && fromQuery(v.query)
    return {
      to: '/pipeline/$pipelineId',
      params: { pipelineId: at?.pipelineId ?? pipelineId },
      search: {
        ...(at ? { ...at.search, saved: v.id } : view ? { view } : {}),
        ...(form && !saved ? { new: form } : {}),
      },
    }
  }
  return useViews({
    recordType: 'deal',
    saved,
    isBare: isBare(search),
    query,
    plain: plain(query),
    normalize,
    placeOf,
  })
}
