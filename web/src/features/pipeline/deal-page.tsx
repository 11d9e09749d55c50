import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ChevronLeft, Handshake, SearchX, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/shared/api/errors'
import { useMediaQuery } from '@/shared/lib/use-media-query'
import { useEdits } from '@/shared/live/presence'
import { Present } from '@/shared/live/present'
import { useCan } from '@/shared/session/session'
import { buttonCls } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { IconButton } from '@/shared/ui/icon-button'
import { PageHeader } from '@/shared/ui/page-header'
import { pipelinesOptions } from './api'
import { DealSkeleton } from './deal-skeleton'
import { DealView } from './deal-view'
import { useDeal } from './use-deal'

export function DealPage({ id }: { id: string }) {
  const { t } = useTranslation('pipeline')
  const { t: tc } = useTranslation()
  const wide = useMediaQuery('(min-width: 1024px)')
  const navigate = useNavigate()
  const mayRead = useCan('crm.deals.read')
  const mayDelete = useCan('crm.deals.delete')
  const q = useDeal(id)
  const deal = q.data
  const edits = useEdits(`deal:${id}`)
  const pipeline = useQuery({ ...pipelinesOptions(), enabled: mayRead }).data?.find((p) => p.id === deal?.pipelineId)
  const lead = (
    <Link
      {...(pipeline ? { to: '/pipeline/$pipelineId', params: { pipelineId: pipeline.id } } : { to: '/pipeline' })}
      className="-ml-1.5 flex h-7 shrink-0 items-center gap-0.5 rounded-md pr-1.5 text-sm text-muted hover:bg-hover hover:text-fg any-pointer-coarse:h-10"
    >
      <ChevronLeft size={16} aria-hidden />
      <span className="max-sm:sr-only">{pipeline?.name ?? t('title')}</span>
    </Link>
  )
  if (!deal)
    return (
      <>
        <PageHeader lead={lead} title={q.error || !mayRead ? t('deal.title') : '…'} tab={t('deal.title')} />
        {!mayRead ? (
          <EmptyState
            icon={Handshake}
            tone="gray"
            title={t('forbidden')}
            text={t('forbiddenHint')}
            className="m-auto"
          />
        ) : !q.error ? (
          <DealSkeleton />
        ) : isApiError(q.error) && [400, 404].includes(q.error.status) ? (
          <EmptyState
            icon={SearchX}
            tone="gray"
            title={t('deal.notFound')}
            text={t('deal.notFoundHint')}
            className="m-auto"
            actions={
              <Link to="/pipeline" className={buttonCls('primary', 'md')}>
                {t('deal.toBoard')}
              </Link>
            }
          />
        ) : (
          <ErrorState error={q.error} onRetry={() => void q.refetch()} className="m-auto" />
        )}
      </>
    )
  return (
    <>
      <PageHeader
        lead={lead}
        title={deal.title}
        actions={
          <>
            <Present room={`deal:${id}`} />
            {mayDelete && !deal.deletedAt && (
              <IconButton
                label={tc('action.delete')}
                onClick={() => {
                  void q.remove()
                  void navigate({ to: '/pipeline/$pipelineId', params: { pipelineId: deal.pipelineId } })
                }}
              >
                <Trash2 size={15} />
              </IconButton>
            )}
          </>
        }
      />
      <div {...edits} className={wide ? 'flex min-h-0 flex-1 flex-col' : 'min-h-0 flex-1 overflow-y-auto bg-surface'}>
        <DealView deal={deal} wide={wide} />
      </div>
    </>
  )
}
