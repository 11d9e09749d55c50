import { compact, type FilterNode, readFilter, readText as text } from '@/shared/lib/address'

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
  /** The saved view one came by, or `all`. What it shows stands in the other parameters. */
  saved?: string
}

const oneOf = <T extends string>(v: unknown, all: readonly T[]) => all.find((x) => x === v)

export function readPipelineSearch(raw: Record<string, unknown>): PipelineSearch {
  const from = text(raw['from'], 7)
  return compact<PipelineSearch>({
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
    saved: text(raw['saved'], 64),
  })
}
