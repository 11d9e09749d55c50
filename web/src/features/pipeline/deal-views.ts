import { useMemo } from 'react'
import type { SavedView, ViewQuery } from '@/shared/views/model'
import { type Place, useViews } from '@/shared/views/use-views'
import { conditions, type PipelineSearch, readPipelineSearch } from './search-params'

/** The saved views of deals: what of the address they keep, and the way back. The pipeline is one of the conditions. */
type Test = { field: string; op: string; value?: unknown }

export function toQuery(pipelineId: string, s: PipelineSearch): ViewQuery {
  const and: Test[] = [{ field: 'pipelineId', op: 'eq', value: pipelineId }, ...conditions(s)]
  return {
    filter: { and },
    ...(s.q ? { search: s.q } : {}),
    ...(s.sort ? { sort: s.sort } : {}),
    layout: s.view ?? 'board',
  }
}
/** Conditions that this page has no control for are left out, so that a view of a newer version still opens. */
export function fromQuery({ filter, search, sort, layout }: ViewQuery): {
  pipelineId?: string
  search: PipelineSearch
} {
  const node = filter as { and?: Test[] } | Test | null | undefined
  const tests = !node ? [] : 'and' in node && node.and ? node.and : [node as Test]
  const value = (field: string) => tests.find((t) => t.field === field && t.op === 'eq')?.value
  const pipelineId = value('pipelineId')
  return {
    ...(typeof pipelineId === 'string' ? { pipelineId } : {}),
    search: readPipelineSearch({
      q: search,
      sort,
      owner: value('ownerId'),
      rotting: value('rotting') === true,
      view: layout,
    }),
  }
}
export const isBare = ({ q, owner, rotting, sort, trash, view, saved }: PipelineSearch) =>
  !(q || owner || rotting || sort || trash || view || saved)

/** The plain board asks for nothing but its pipeline. */
const plain = (query: ViewQuery, pipelineId: string): ViewQuery => {
  const { and } = query.filter as { and: Test[] }
  const { filter: _, ...rest } = query
  return and.some((t) => t.field !== 'pipelineId' || t.value !== pipelineId) ? query : rest
}
/** Order of conditions and the shape of the filter are nobody's change. */
export function normalize(query: ViewQuery): ViewQuery {
  const { pipelineId, search } = fromQuery(query)
  return pipelineId ? toQuery(pipelineId, search) : query
}

export function useDealViews(pipelineId: string, search: PipelineSearch) {
  const { q, owner, rotting, sort, view, saved, new: form } = search
  const query = useMemo(
    () => toQuery(pipelineId, { q, owner, rotting, sort, view }),
    [pipelineId, q, owner, rotting, sort, view],
  )
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
    plain: plain(query, pipelineId),
    normalize,
    placeOf,
  })
}
