import { useQueryClient } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Stage } from '@/api/gen/types.gen'
import { useCan } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { useToastLift } from '@/shared/ui/use-toast-lift'
import { bulk } from './batches'
import { Assign, Label, Tags } from './bulk-actions'
import { useDrag } from './drag'
import { MoveMenu } from './move-menu'

type SelectionBarProps = {
  ids: ReadonlySet<string>
  stages: readonly Stage[]
  mayMove: boolean
  onMove: (to: string) => void
  onClear: () => void
}
/** What can be done with the chosen cards. */
export default function SelectionBar({ ids, stages, mayMove, onMove, onClear }: SelectionBarProps) {
  const { t } = useTranslation('pipeline')
  const dragging = useDrag((d) => d.ids.length > 0)
  const qc = useQueryClient()
  const mayBulk = useCan('crm.deals.bulk')
  const count = ids.size
  useToastLift(84)
  if (dragging) return null // the zones of won and lost are there
  return (
    <div
      role="toolbar"
      aria-label={t('selection.label')}
      className="absolute bottom-4 left-1/2 z-20 flex h-11 -translate-x-1/2 items-center gap-1 rounded-xl bg-inverse pr-1.5 pl-4 text-inverse-fg shadow-pop"
    >
      <span className="tabular mr-2 text-sm font-medium whitespace-nowrap">{t('selection.count', { count })}</span>
      {mayMove && (
        <MoveMenu stages={stages} onMove={(s) => onMove(s.id)}>
          <Label>{t('selection.move')}</Label>
        </MoveMenu>
      )}
      {mayBulk && (
        <>
          <Assign
            onAssign={(owner) =>
              void bulk(qc, { action: 'assign', ids: [...ids], ownerId: owner?.id ?? null }, count, owner)
            }
          />
          <Tags onTags={(action, tags) => void bulk(qc, { action, ids: [...ids], tags }, count)} />
        </>
      )}
      <Button variant="inverse" size="icon" aria-label={t('selection.clear')} onClick={onClear}>
        <X size={15} aria-hidden />
      </Button>
    </div>
  )
}
