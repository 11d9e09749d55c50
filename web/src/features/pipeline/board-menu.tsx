import { ChevronsLeft, ExternalLink, History, Plus, Settings2, SquareCheck } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Board as PipelineBoard, Stage } from '@/api/gen/types.gen'
import { Menu, MenuContent, MenuItem, MenuLabel, MenuSeparator } from '@/shared/ui/menu'
import { cardOf } from './model'
import { StageDot } from './stage-dot'

type BoardMenuProps = {
  board: PipelineBoard
  stages: readonly Stage[]
  anchor: HTMLElement
  card?: string
  stage?: string
  /** What “Move to” moves: the card, or all that are chosen with it. */
  ids: readonly string[]
  mayMove: boolean
  onMove: (ids: readonly string[], to: string) => void
  onOpen: (id: string) => void
  onSelect: (id: string) => void
  onNew: (stageId: string) => void
  onHistory: (stageId: string) => void
  onStages: (() => void) | null
  onCollapse: (stageId: string) => void
  onClose: () => void
}
/** What can be done with a card or a column. On touch, where dragging is clumsy, the way to move a card. */
export default function BoardMenu(p: BoardMenuProps) {
  const { card, stage } = p
  return (
    <Menu open onOpenChange={(open) => !open && p.onClose()}>
      <MenuContent anchor={p.anchor} align="end" finalFocus={() => p.anchor}>
        {card && <CardItems {...p} card={card} />}
        {stage && <StageItems {...p} stage={stage} />}
      </MenuContent>
    </Menu>
  )
}

function CardItems({ board, stages, card, ids, mayMove, onMove, onOpen, onSelect }: BoardMenuProps & { card: string }) {
  const { t } = useTranslation('pipeline')
  const here = cardOf(board, card)?.stageId
  return (
    <>
      <MenuItem onClick={() => onOpen(card)}>
        <ExternalLink size={14} aria-hidden />
        {t('card.open')}
      </MenuItem>
      {mayMove && (
        <>
          <MenuItem onClick={() => onSelect(card)}>
            <SquareCheck size={14} aria-hidden />
            {t('card.select')}
          </MenuItem>
          <MenuSeparator />
          <MenuLabel>{t('card.moveTo', { count: ids.length })}</MenuLabel>
          {stages
            .filter((s) => s.id !== here)
            .map((s) => (
              <MenuItem key={s.id} onClick={() => onMove(ids, s.id)}>
                <StageDot color={s.color} />
                {s.name}
              </MenuItem>
            ))}
        </>
      )}
    </>
  )
}

function StageItems({ stage, mayMove, onNew, onHistory, onStages, onCollapse }: BoardMenuProps & { stage: string }) {
  const { t } = useTranslation('pipeline')
  return (
    <>
      {mayMove && (
        <MenuItem onClick={() => onNew(stage)}>
          <Plus size={14} aria-hidden />
          {t('new')}
        </MenuItem>
      )}
      <MenuItem onClick={() => onHistory(stage)}>
        <History size={14} aria-hidden />
        {t('history.title')}
      </MenuItem>
      <MenuItem onClick={() => onCollapse(stage)}>
        <ChevronsLeft size={14} aria-hidden />
        {t('column.fold')}
      </MenuItem>
      {onStages && (
        <>
          <MenuSeparator />
          <MenuItem onClick={onStages}>
            <Settings2 size={14} aria-hidden />
            {t('stages.edit')}
          </MenuItem>
        </>
      )}
    </>
  )
}
