import { type FilterNode, readFilter } from '@/shared/lib/filter-node'

/** What the pipeline page keeps in its address. Small on purpose: the route tree, and so every page, carries it. */
export type PipelineSearch = {
  view?: 'table' | 'forecast'
  q?: string
  owner?: string
  rotting?: 1
  /** Conditions besides the ones that have a button: a node of the server's filter language. */
  filter?: FilterNode
  /** The board in lanes. */
  group?: 'owner' | 'source'
  /** The table shows deals that were deleted. */
  trash?: 1
  /** Order of the table, as the server takes it. */
  sort?: string
  /** The first month of the forecast. */
  from?: string
  /** The deal shown beside the board. */
  deal?: string
  /** The form for a new deal is open; with the stage it starts in. */
  new?: string
}

const text = (v: unknown, max: number) =>
  (typeof v === 'string' || typeof v === 'number' ? String(v).slice(0, max).trim() : '') || undefined
const oneOf = <T extends string>(v: unknown, all: readonly T[]) => all.find((x) => x === v)

export function readPipelineSearch(raw: Record<string, unknown>): PipelineSearch {
  const from = text(raw['from'], 7)
  const out: PipelineSearch = {
    view: oneOf(raw['view'], ['table', 'forecast']),
    q: text(raw['q'], 200),
    owner: text(raw['owner'], 64),
    rotting: raw['rotting'] ? 1 : undefined,
    filter: readFilter(raw['filter']),
    group: oneOf(raw['group'], ['owner', 'source']),
    trash: raw['trash'] ? 1 : undefined,
    sort: text(raw['sort'], 100),
    from: from && /^\d{4}-\d{2}$/.test(from) ? from : undefined,
    deal: text(raw['deal'], 64),
    new: text(raw['new'], 64),
  }
  for (const k of Object.keys(out) as (keyof PipelineSearch)[]) if (out[k] === undefined) delete out[k]
  return out
}
