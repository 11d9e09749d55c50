import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Home, Plus, Upload } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { getOverviewOptions } from '@/api/gen/@tanstack/react-query.gen'
import type { Overview } from '@/api/gen/types.gen'
import { useCan, useSession } from '@/shared/session/session'
import { buttonCls } from '@/shared/ui/button'
import { WidgetBoundary } from '@/shared/ui/error-boundary'
import { ErrorState } from '@/shared/ui/error-state'
import { PageHeader } from '@/shared/ui/page-header'
import { RefreshBar } from '@/shared/ui/progress'
import { ScrollRegion } from '@/shared/ui/scroll-region'
import { ActivityFeed } from './activity-feed'
import { cardCls } from './card'
import { ContactsChart } from './contacts-chart'
import { DashboardSkeleton } from './dashboard-skeleton'
import { FirstContacts } from './first-contacts'
import { Greeting } from './greeting'
import { MetricTiles } from './metric-tiles'
import { isEmptyOrganization } from './model'
import { OnboardingCard } from './onboarding-card'

export function DashboardPage() {
  const { t } = useTranslation('dashboard')
  const { t: tc } = useTranslation()
  const overview = useQuery({ ...getOverviewOptions(), refetchOnMount: 'always' })
  const refreshing = overview.isFetching && !!overview.data
  // An empty organization has these two, larger, in the middle.
  const actions = overview.data && isEmptyOrganization(overview.data) ? undefined : <Actions />
  return (
    <>
      <PageHeader icon={Home} title={t('title')} actions={actions} />
      <RefreshBar active={refreshing} label={tc('ui.loading')} />
      <ScrollRegion label={t('title')} className="bg-sunken">
        <div className="mx-auto flex max-w-[1200px] flex-col gap-3 p-3 md:p-5">
          <Greeting />
          {overview.data ? (
            <Widgets overview={overview.data} />
          ) : overview.error ? (
            <div className={cardCls}>
              <ErrorState error={overview.error} onRetry={() => void overview.refetch()} busy={overview.isFetching} />
            </div>
          ) : (
            <DashboardSkeleton />
          )}
        </div>
      </ScrollRegion>
    </>
  )
}

function Widgets({ overview }: { overview: Overview }) {
  const { organization } = useSession()
  const empty = isEmptyOrganization(overview)
  return (
    <>
      <WidgetBoundary className={cardCls}>
        <OnboardingCard key={organization.id} onboarding={overview.onboarding} />
      </WidgetBoundary>
      {empty ? (
        <FirstContacts />
      ) : (
        <>
          <WidgetBoundary className={cardCls}>
            <MetricTiles overview={overview} />
          </WidgetBoundary>
          <div className="grid gap-3 lg:grid-cols-[3fr_minmax(300px,1.25fr)]">
            <WidgetBoundary className={cardCls}>
              <ContactsChart days={overview.addedByDay} />
            </WidgetBoundary>
            <WidgetBoundary className={cardCls}>
              <ActivityFeed recent={overview.recent} />
            </WidgetBoundary>
          </div>
        </>
      )}
    </>
  )
}

function Actions() {
  const { t } = useTranslation('dashboard')
  const mayImport = useCan('crm.contacts.import')
  const mayWrite = useCan('crm.contacts.write')
  return (
    <>
      {mayImport && (
        <Link to="/import" className={`${buttonCls('secondary', 'md')} max-md:hidden`}>
          <Upload size={14} aria-hidden className="text-subtle" />
          {t('action.import')}
        </Link>
      )}
      {mayWrite && (
        <Link to="/contacts" search={{ new: 1 } as never} className={buttonCls('primary', 'md')}>
          <Plus size={15} aria-hidden />
          {t('action.newContact')}
        </Link>
      )}
    </>
  )
}
