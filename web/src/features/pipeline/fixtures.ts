import type { Board, BoardColumn, Deal, DealCard, Stage } from '@/api/gen/types.gen'

/** Boards for tests. */
export const stage = (id: string, over: Partial<Stage> = {}): Stage => ({
  id,
  pipelineId: 'p',
  name: id,
  kind: 'open',
  color: 'blue',
  probability: 50,
  rotDays: null,
  wipLimit: null,
  position: 0,
  archivedAt: null,
  entryRules: {},
  exitRules: {},
  version: 1,
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
  ...over,
})
export const card = (id: string, stageId: string, over: Partial<DealCard> = {}): DealCard => ({
  id,
  title: id,
  stageId,
  position: id,
  amountMinor: 100,
  currency: 'EUR',
  company: null,
  contact: null,
  owner: null,
  expectedCloseOn: null,
  source: null,
  stageEnteredAt: '2026-01-01T00:00:00Z',
  daysInStage: 9,
  rotting: true,
  tags: [],
  version: 1,
  ...over,
})
const column = (stageId: string, ids: string): BoardColumn => {
  const deals = [...ids].map((id) => card(id, stageId))
  const minor = deals.length * 100
  const amounts = minor ? [{ currency: 'EUR', amountMinor: minor, weightedMinor: minor / 2 }] : []
  return { stageId, deals, total: deals.length, amounts, nextCursor: null }
}
/** `{ lead: 'ab', won: 'c' }`: a letter is a card. */
export function board(columns: Record<string, string>): Board {
  return {
    pipeline: {
      id: 'p',
      name: 'Sales',
      isDefault: true,
      position: 0,
      currency: 'EUR',
      stages: Object.keys(columns).map((id) => stage(id)),
      version: 1,
      createdAt: '2026-01-01T00:00:00Z',
      updatedAt: '2026-01-01T00:00:00Z',
    },
    columns: Object.entries(columns).map(([id, ids]) => column(id, ids)),
  }
}
export const shown = (b: Board) =>
  Object.fromEntries(b.columns.map((c) => [c.stageId, c.deals.map((d) => d.id).join('')]))
export const deal = (id: string, over: Partial<Deal> = {}): Deal => ({
  ...card(id, 'lead'),
  pipelineId: 'p',
  stageKind: 'open',
  status: 'open',
  description: null,
  custom: {},
  lostReason: null,
  wonAt: null,
  lostAt: null,
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
  deletedAt: null,
  ...over,
})
