import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { DealCard, DealPatch, Board as PipelineBoard } from '@/api/gen/types.gen'
import { toast } from '@/shared/ui/toast'
import { api, type BoardQuery, keys, refreshBoards } from './api'
import { type GroupBy, indexInColumn, laneChange, lanesOf } from './lanes'
import { cardOf, columnOf, updateCard } from './model'
import type { MoveCards } from './use-moves'

type Input = { board: PipelineBoard; group: GroupBy | undefined; query: BoardQuery; move: MoveCards }
type Change = { id: string; from: Partial<DealCard>; to: Partial<DealCard> }

/** Cards put into a cell of the lanes: they go to its stage, and take over the owner or the source of its lane. */
export function useLaneDrop({ board, group, query, move }: Input) {
  const { t, i18n } = useTranslation('pipeline')
  const qc = useQueryClient()
  const key = keys.board(board.pipeline.id, query)
  const show = (id: string, change: Partial<DealCard>) =>
    qc.setQueryData<PipelineBoard>(key, (b) => b && updateCard(b, id, change))
  /** What is taken back has been changed by the move meanwhile. */
  const versionOf = (id: string, undoing: boolean) => {
    const version = cardOf(board, id)?.version
    return version && !undoing ? { version } : {}
  }
  /** Gives what was done; says so, with the way back, unless a move that follows does. */
  const apply = async (changes: readonly Change[], undoing: boolean, quiet: boolean): Promise<Change[]> => {
    await qc.cancelQueries({ queryKey: keys.boards })
    for (const { id, to } of changes) show(id, to)
    const done: Change[] = []
    for (const change of changes) {
      try {
        const { version } = await api.updateDeal(change.id, { ...bodyOf(change.to), ...versionOf(change.id, undoing) })
        show(change.id, { version })
        done.push(change)
      } catch (e) {
        show(change.id, change.from)
        toast.error(t('deal.notSaved', { title: cardOf(board, change.id)?.title ?? '' }), e)
      }
    }
    refreshBoards(qc)
    if (done.length > 0 && !quiet)
      toast.undo(t('lanes.changed', { count: done.length }), () => void apply(done.map(turned), true, true))
    return done
  }
  return (ids: readonly string[], stageId: string, laneKey: string, at: number) => {
    const lane = group && lanesOf(board, group, i18n.language).find((l) => l.key === laneKey)
    const column = columnOf(board, stageId)
    if (!lane || !group || !column) return
    const cards = ids.map((id) => cardOf(board, id)).filter((c) => c !== undefined)
    const changes = cards.flatMap((card): Change[] => {
      const to = laneChange(card, lane, group)
      return to ? [{ id: card.id, to, from: group === 'owner' ? { owner: card.owner } : { source: card.source } }] : []
    })
    const index = indexInColumn(column, lane.cells.get(stageId) ?? [], ids, at)
    if (changes.length === 0) return move({ ids, to: stageId, index })
    const crossing = cards.some((c) => c.stageId !== stageId)
    // One after the other: the move is made on top of the version that the change has made, and is undone before it.
    void apply(changes, false, crossing).then((done) => {
      const back = async () => void (await apply(done.map(turned), true, true))
      if (crossing) move({ ids, to: stageId, index }, {}, false, back)
    })
  }
}
const turned = ({ id, from, to }: Change): Change => ({ id, from: to, to: from })
function bodyOf(change: Partial<DealCard>): DealPatch {
  return 'owner' in change ? { ownerId: change.owner?.id ?? null } : { source: change.source ?? null }
}
