import { X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Stage } from '@/api/gen/types.gen'
import { Button } from '@/shared/ui/button'
import { useToastLift } from '@/shared/ui/use-toast-lift'
import { useDrag } from './drag'
import { MoveMenu } from './move-menu'

type SelectionBarProps = {
  count: number
  stages: readonly Stage[]
  mayMove: boolean
  onMove: (to: string) => void
  onClear: () => void
}
/** What can be done with the chosen cards. */
export default function SelectionBar({ count, stages, mayMove, onMove, onClear }: SelectionBarProps) {
  const { t } = useTranslation('pipeline')
  const dragging = useDrag((d) => d.ids.length > 0)
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
          {t('selection.move')}
        </MoveMenu>
      )}
      <Button variant="inverse" size="icon" aria-label={t('selection.clear')} onClick={onClear}>
        <X size={15} aria-hidden />
      </Button>
    </div>
  )
}
