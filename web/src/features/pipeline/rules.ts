import type { BoardColumn, DealCard, DealField, Stage, StageRules } from '@/api/gen/types.gen'
import type { CustomId } from '@/shared/fields/fields'

/** What keeps a card from a stage, as far as the board can tell; the server has the last word. */
export type Lack = DealField | CustomId | 'role' | 'wip'
/** What a rule can ask for. */
export type RuleField = DealField | CustomId

export const rulesOf = ({ requiredFields = [], roles = [] }: StageRules) => ({
  requiredFields: requiredFields as RuleField[],
  roles,
})
export const toRules = (fields: RuleField[], roles: StageRules['roles']): StageRules => ({
  requiredFields: fields as StageRules['requiredFields'],
  roles,
})

/** Custom fields are not on cards: what they lack is told by the refusal of the move. */
const ON_CARD: Partial<Record<RuleField, (d: DealCard) => boolean>> = {
  amount: (d) => d.amountMinor !== null,
  company: (d) => d.company !== null,
  contact: (d) => d.contact !== null,
  owner: (d) => d.owner !== null,
  expectedCloseOn: (d) => d.expectedCloseOn !== null,
}

export function lacksOf(
  cards: readonly DealCard[],
  from: (card: DealCard) => Stage | undefined,
  to: Stage,
  role: string,
): Lack[] {
  const lacks = new Set<Lack>()
  for (const card of cards) {
    const left = from(card)
    if (left?.id === to.id) continue
    for (const rules of [left && rulesOf(left.exitRules), rulesOf(to.entryRules)]) {
      if (!rules) continue
      if (rules.roles.length > 0 && !rules.roles.some((r) => r === role)) lacks.add('role')
      for (const field of rules.requiredFields) if (ON_CARD[field]?.(card) === false) lacks.add(field)
    }
  }
  return [...lacks]
}
export function isFull(column: BoardColumn, stage: Stage, entering: number): boolean {
  return stage.wipLimit !== null && entering > 0 && column.total + entering > stage.wipLimit
}
