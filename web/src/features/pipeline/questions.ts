import type { FilterNode } from '@/shared/lib/address'
import type { BoardQuery, DealsQuery } from './api'
import type { PipelineSearch } from './search-params'

/** What the address asks for, as the server takes it. */

/** The conditions one after the other; what is no plain “and” stays whole. */
export const itemsOf = (node: FilterNode | undefined): FilterNode[] => (!node ? [] : 'and' in node ? node.and : [node])
export function filterOf(items: readonly FilterNode[]): FilterNode | undefined {
  return items.length > 1 ? { and: [...items] } : items[0]
}

/** The filter as the server takes it. */
export function conditions({ owner, rotting, filter }: PipelineSearch): FilterNode[] {
  return [
    ...(owner ? [{ field: 'ownerId', op: 'eq', value: owner }] : []),
    ...(rotting ? [{ field: 'rotting', op: 'eq', value: true }] : []),
    ...itemsOf(filter),
  ]
}
export function boardQuery(search: PipelineSearch): BoardQuery {
  const and = conditions(search)
  return {
    ...(search.q ? { search: search.q } : {}),
    ...(and.length > 0 ? { filter: JSON.stringify({ and }) } : {}),
  }
}
/** The same question to the list of deals; `more` narrows it. */
export function dealsQuery(pipelineId: string, search: PipelineSearch, more: readonly FilterNode[] = []): DealsQuery {
  const and = [{ field: 'pipelineId', op: 'eq', value: pipelineId }, ...conditions(search), ...more]
  const { q, sort, trash } = search
  return {
    filter: JSON.stringify({ and }),
    ...(q ? { search: q } : {}),
    ...(sort ? { sort } : {}),
    ...(trash ? { trash: true } : {}),
  }
}
export const isAsked = ({ q, owner, rotting, filter }: PipelineSearch) => !!(q || owner || rotting || filter)
export const NOTHING_ASKED = {
  q: undefined,
  owner: undefined,
  rotting: undefined,
  filter: undefined,
  trash: undefined,
} as const
