import { Link } from '@tanstack/react-router'
import { Pause, Play } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { PageHeader } from '@/shared/ui/page-header'
import { ScrollRegion } from '@/shared/ui/scroll-region'
import { tabCls } from '@/shared/ui/tab-look'
import { CampaignMenu } from './campaign-menu'
import { type CampaignChanges, useCampaignChanges } from './changes'
import { isLive } from './model'
import { BackLink, type FilterParts, type Search, TabSkeleton } from './page-parts'
import { StateBadge } from './parts'
import { TABS } from './search-params'
import { Standing } from './standing'
import type { Campaign } from './types'

const OverviewTab = lazy(() => import('./overview-tab'))
const EnrolmentsTab = lazy(() => import('./enrolments-tab'))
const LogTab = lazy(() => import('./log-tab'))
const SetupTab = lazy(() => import('./setup-tab'))

type ViewProps = { campaign: Campaign; filters: FilterParts } & Search
/** A campaign at work, or what came of it. */
export default function RunningView({ campaign: c, filters, search, onSearch }: ViewProps) {
  const { t } = useTranslation('campaigns')
  const changes = useCampaignChanges()
  const mayStart = useCan('campaigns.start')
  const tab = search.tab ?? 'overview'
  return (
    <>
      <PageHeader
        lead={<BackLink />}
        title={c.name}
        aside={<StateBadge campaign={c} />}
        actions={
          <>
            {mayStart && isLive(c) && <PauseButton campaign={c} changes={changes} />}
            <CampaignMenu campaign={c} changes={changes} />
          </>
        }
      />
      <nav
        aria-label={t('sections')}
        className="no-scrollbar flex h-11 shrink-0 items-center gap-0.5 overflow-x-auto border-b border-line px-2.5 any-pointer-coarse:h-13"
      >
        {TABS.map((one) => (
          <Link
            key={one}
            to="/campaigns/$id"
            params={{ id: c.id }}
            search={one === 'overview' ? {} : { tab: one }}
            className={tabCls}
            data-active={one === tab ? '' : undefined}
            aria-current={one === tab ? 'page' : undefined}
          >
            {t(`tab.${one}`)}
          </Link>
        ))}
      </nav>
      <ScrollRegion label={c.name} className="bg-sunken">
        <div className="mx-auto flex w-full max-w-[1240px] flex-col gap-3 p-3 md:gap-5 md:p-6">
          <Standing campaign={c} changes={changes} inSetup={tab === 'setup'} />
          <Suspense fallback={<TabSkeleton />}>
            {tab === 'overview' && <OverviewTab campaign={c} changes={changes} onSearch={onSearch} />}
            {tab === 'contacts' && <EnrolmentsTab campaign={c} search={search} onSearch={onSearch} />}
            {tab === 'log' && <LogTab campaign={c} />}
            {tab === 'setup' && <SetupTab campaign={c} changes={changes} filters={filters} />}
          </Suspense>
        </div>
      </ScrollRegion>
    </>
  )
}

function PauseButton({ campaign: c, changes }: { campaign: Campaign; changes: CampaignChanges }) {
  const { t } = useTranslation('campaigns')
  const [busy, setBusy] = useState(false)
  const paused = c.state === 'paused'
  const turn = async () => {
    setBusy(true)
    await changes.turn(c, paused ? 'resume' : 'pause')
    setBusy(false)
  }
  return (
    <Button size="md" variant={paused ? 'primary' : 'secondary'} busy={busy} onClick={() => void turn()}>
      {paused ? <Play size={14} aria-hidden /> : <Pause size={14} aria-hidden />}
      {t(paused ? 'resume' : 'pauseAll')}
    </Button>
  )
}
