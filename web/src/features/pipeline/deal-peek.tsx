import { useNavigate } from '@tanstack/react-router'
import { Maximize2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useEdits } from '@/shared/live/presence'
import { Present } from '@/shared/live/present'
import { Drawer } from '@/shared/ui/drawer'
import { ErrorState } from '@/shared/ui/error-state'
import { IconButton } from '@/shared/ui/icon-button'
import { DealSkeleton } from './deal-skeleton'
import { DealView, type StartField } from './deal-view'
import { useDeal } from './use-deal'

type DealPeekProps = { id: string; start: StartField | null; onClose: () => void }
/** The deal beside its board, which stays usable. `start`: opened to edit it. */
export default function DealPeek({ id, start, onClose }: DealPeekProps) {
  const { t } = useTranslation('pipeline')
  const navigate = useNavigate()
  const q = useDeal(id)
  const edits = useEdits(`deal:${id}`)
  return (
    <Drawer
      open
      bare
      modal={false}
      title={q.data?.title ?? t('deal.title')}
      onOpenChange={(o) => !o && onClose()}
      actions={
        <>
          <Present room={`deal:${id}`} />
          <IconButton label={t('deal.openFull')} onClick={() => void navigate({ to: '/deals/$id', params: { id } })}>
            <Maximize2 size={14} />
          </IconButton>
        </>
      }
    >
      {q.data ? (
        <div {...edits} className="bg-raised">
          <DealView key={id} deal={q.data} wide={false} start={start} />
        </div>
      ) : q.error ? (
        <ErrorState error={q.error} onRetry={() => void q.refetch()} />
      ) : (
        <DealSkeleton />
      )}
    </Drawer>
  )
}
