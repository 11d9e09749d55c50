import { lazy, Suspense } from 'react'
import type { Board as PipelineBoard } from '@/api/gen/types.gen'
import { cardOf, stageOf } from './model'
import type { Asking, MoveCards } from './use-moves'

const LostDialog = lazy(() => import('./lost-dialog'))
const MissingDialog = lazy(() => import('./missing-dialog'))

type MoveQuestionsProps = {
  asking: Asking | null
  board: PipelineBoard | undefined
  move: MoveCards
  onClose: () => void
}
/** What has to be answered before a card may go where it was put. */
export function MoveQuestions({ asking, board, move, onClose }: MoveQuestionsProps) {
  const stage = asking && board && stageOf(board, asking.move.to)
  if (!asking || !board || !stage) return null
  return (
    <Suspense>
      {asking.kind === 'lost' ? (
        <LostDialog
          count={asking.move.ids.length}
          stage={stage.name}
          onLost={(lostReason) => {
            onClose()
            move(asking.move, { lostReason })
          }}
          onClose={onClose}
        />
      ) : (
        <MissingDialog
          dealId={asking.dealId}
          title={cardOf(board, asking.dealId)?.title ?? ''}
          stage={stage.name}
          currency={board.pipeline.currency}
          missing={asking.missing}
          onReady={(extra) => {
            onClose()
            move(asking.move, { ...asking.extra, ...extra })
          }}
          onClose={onClose}
        />
      )}
    </Suspense>
  )
}
