import { useTranslation } from 'react-i18next'
import type { Stage } from '@/api/gen/types.gen'
import { Drawer } from '@/shared/ui/drawer'
import { MoveHistory } from './move-history'

/** Who came into a stage and who left it. */
export default function StageHistory({ stage, onClose }: { stage: Stage | undefined; onClose: () => void }) {
  const { t } = useTranslation('pipeline')
  if (!stage) return null
  return (
    <Drawer open reading title={t('history.title')} description={stage.name} onOpenChange={(o) => !o && onClose()}>
      <MoveHistory of="stage" id={stage.id} />
    </Drawer>
  )
}
