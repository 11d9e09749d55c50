import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Megaphone } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/shared/api/errors'
import { useCan } from '@/shared/session/session'
import { buttonCls } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { PageHeader } from '@/shared/ui/page-header'
import { Skeleton } from '@/shared/ui/skeleton'
import { campaignOptions } from './api'
import { isOpen } from './model'
import { BackLink, type FilterParts, type Search } from './page-parts'

const Builder = lazy(() => import('./builder'))
const RunningView = lazy(() => import('./running-view'))

/** One campaign: put together while it is a draft, watched from then on. */
export function CampaignPage({ id, filters, ...at }: { id: string; filters: FilterParts } & Search) {
  const { t } = useTranslation('campaigns')
  const may = useCan('campaigns.read')
  const mayWrite = useCan('campaigns.write')
  const q = useQuery({ ...campaignOptions(id), enabled: may })
  const gone = isApiError(q.error) && [400, 404].includes(q.error.status)
  if (!may || gone)
    return (
      <>
        <PageHeader lead={<BackLink />} title={t('title')} />
        <EmptyState
          icon={Megaphone}
          tone="gray"
          title={t(may ? 'gone' : 'forbidden')}
          text={t(may ? 'goneText' : 'forbiddenText')}
          actions={
            <Link to="/campaigns" className={buttonCls('primary', 'md')}>
              {t('toList')}
            </Link>
          }
        />
      </>
    )
  if (q.data)
    return (
      <Suspense fallback={<PageSkeleton title={q.data.name} />}>
        {isOpen(q.data) && mayWrite ? (
          <Builder campaign={q.data} filters={filters} {...at} />
        ) : (
          <RunningView campaign={q.data} filters={filters} {...at} />
        )}
      </Suspense>
    )
  if (!q.error) return <PageSkeleton />
  return (
    <>
      <PageHeader lead={<BackLink />} title={t('title')} />
      <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
    </>
  )
}

function PageSkeleton({ title }: { title?: string }) {
  const { t } = useTranslation()
  const { t: tc } = useTranslation('campaigns')
  return (
    <>
      <PageHeader lead={<BackLink />} title={title ?? <Skeleton className="h-4 w-40" />} tab={title ?? tc('title')} />
      <div role="status" aria-busy aria-label={t('ui.loading')} className="flex min-h-0 flex-1 bg-sunken">
        <div className="hidden w-64 shrink-0 flex-col gap-3 border-r border-line bg-surface p-4 lg:flex">
          {['w-32', 'w-24', 'w-36', 'w-28', 'w-32', 'w-24'].map((w, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: placeholders
            <Skeleton key={i} className={`h-8 ${w}`} />
          ))}
        </div>
        <div className="mx-auto flex w-full max-w-[860px] flex-col gap-4 overflow-hidden p-3 md:p-6">
          {['h-44', 'h-56', 'h-72'].map((h) => (
            <Skeleton key={h} className={`w-full rounded-lg! ${h}`} />
          ))}
        </div>
      </div>
    </>
  )
}
