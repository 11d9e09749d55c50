import type { BoardQuery, DealsQuery } from './api'

/** What the pipeline page keeps in its address. */
export type PipelineSearch = {
  view?: 'table'
  q?: string
  owner?: string
  rotting?: 1
  /** The table shows deals that were deleted. */
  trash?: 1
  /** Order of the table, as the server takes it. */
  sort?: string
  /** The deal shown beside the board. */
  deal?: string
  /** The form for a new deal is open; with the stage it starts in. */
  new?: string
  /** The saved view one came by, or `all`. What it shows stands in the other parameters. */
  saved?: string
}

const text = (v: unknown, max: number) =>
  (typeof v === 'string' || typeof v === 'number' ? String(v).slice(0, max).trim() : '') || undefined

export function readPipelineSearch(raw: Record<string, unknown>): PipelineSearch {
  const out: PipelineSearch = {
    view: raw['view'] === 'table' ? 'table' : undefined,
    q: text(raw['q'], 200),
    owner: text(raw['owner'], 64),
    rotting: raw['rotting'] ? 1 : undefined,
    trash: raw['trash'] ? 1 : undefined,
    sort: text(raw['sort'], 100),
    deal: text(raw['deal'], 64),
    new: text(raw['new'], 64),
    saved: text(raw['saved'], 64),
  }
  for (const k of Object.keys(out) as (keyof PipelineSearch)[]) if (out[k] === undefined) delete out[k]
  return out
}

/** The filter as the server takes it. */
export function conditions({ owner, rotting }: PipelineSearch) {
  return [
    ...(owner ? [{ field: 'ownerId', op: 'eq', value: owner }] : []),
    ...(rotting ? [{ field: 'rotting', op: 'eq', value: true }] : []),
  ]
}
export function boardQuery(search: PipelineSearch): BoardQuery {
  const and = conditions(search)
  return {
    ...(search.q ? { search: search.q } : {}),
    ...(and.length > 0 ? { filter: JSON.stringify({ and }) } : {}),
  }
}
/** The same question to the list of deals. */
export function dealsQuery(pipelineId: string, search: PipelineSearch): DealsQuery {
  const and = [{ field: 'pipelineId', op: 'eq', value: pipelineId }, ...conditions(search)]
  const { q, sort, trash } = search
  return {
    filter: JSON.stringify({ and }),
    ...(q ? { search: q } : {}),
    ...(sort ? { sort } : {}),
    ...(trash ? { trash: true } : {}),
  }
}
export const isAsked = ({ q, owner, rotting }: PipelineSearch) => !!(q || owner || rotting)
