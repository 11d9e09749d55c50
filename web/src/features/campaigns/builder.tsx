import { useQuery } from '@tanstack/react-query'
import { CalendarX, Rocket } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useUnsavedGuard } from '@/shared/form/use-unsaved-guard'
import { useMediaQuery } from '@/shared/lib/use-media-query'
import { useCan } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Button } from '@/shared/ui/button'
import { Field } from '@/shared/ui/field'
import { Input } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import { PageHeader } from '@/shared/ui/page-header'
import { ScrollRegion } from '@/shared/ui/scroll-region'
import { Skeleton } from '@/shared/ui/skeleton'
import { forecastOptions } from './api'
import { BuilderNav } from './builder-nav'
import { headId, partId } from './builder-part'
import { CampaignMenu } from './campaign-menu'
import { useCampaignChanges } from './changes'
import { NotBegun } from './not-begun'
import { BackLink, type FilterParts, type Search } from './page-parts'
import { StateBadge } from './parts'
import { SaveStatus } from './save-status'
import { SECTIONS, type Section } from './search-params'
import type { Campaign } from './types'
import { type Editing, useDraft } from './use-draft'

const AudiencePart = lazy(() => import('./audience-part'))
const SendersPart = lazy(() => import('./senders-part'))
const StepsPart = lazy(() => import('./steps-part'))
const VariantsPart = lazy(() => import('./variants-part'))
const SchedulePart = lazy(() => import('./schedule-part'))
const CheckPart = lazy(() => import('./check-part'))
const RehearsePart = lazy(() => import('./rehearse-part'))
const LaunchDialog = lazy(() => import('./launch-dialog'))

type BuilderProps = { campaign: Campaign; filters: FilterParts } & Search
/** All of a draft on one page, in the order one thinks of it. Every change is kept at once. */
export default function Builder({ campaign, filters, search, onSearch }: BuilderProps) {
  const { t } = useTranslation('campaigns')
  const edit = useDraft(campaign)
  const changes = useCampaignChanges()
  const c = edit.campaign
  useUnsavedGuard(edit.status === 'held' || edit.status === 'refused' || edit.status === 'failed')
  const [region, setRegion] = useState<HTMLElement | null>(null)
  const [at, setAt] = useSpy(region)
  const [launching, setLaunching] = useState(false)
  const rest = useRest(search.at !== undefined)
  const jump = (to: Section) => {
    setAt(to)
    onSearch({ at: to }, true)
    document.getElementById(partId(to))?.scrollIntoView({ block: 'start' })
    document.getElementById(headId(to))?.focus({ preventScroll: true })
  }
  const first = useRef(search.at)
  useEffect(() => {
    // Parts above it take their room a moment later.
    const to = first.current
    if (!region || !to) return
    const timer = setTimeout(() => document.getElementById(partId(to))?.scrollIntoView({ block: 'start' }), 300)
    return () => clearTimeout(timer)
  }, [region])
  const launch = () => void edit.flush().then((kept) => (kept ? setLaunching(true) : jump('steps')))
  return (
    <>
      <PageHeader
        lead={<BackLink />}
        title={c.name || t('unnamed')}
        aside={<StateBadge campaign={c} />}
        actions={
          <>
            <SaveStatus editing={edit} />
            <CampaignMenu campaign={campaign} changes={changes} />
          </>
        }
      />
      <div className="flex min-h-0 flex-1 flex-col lg:flex-row">
        <BuilderNav editing={edit} at={at} onJump={jump} />
        <div ref={setRegion} className="flex min-h-0 min-w-0 flex-1 flex-col">
          <ScrollRegion label={c.name || t('unnamed')} className="bg-sunken">
            <div className="mx-auto flex w-full max-w-[860px] flex-col gap-3 p-3 md:gap-5 md:p-6">
              {c.state === 'scheduled' && <Scheduled campaign={c} />}
              <NotBegun campaign={c} />
              <Name editing={edit} />
              <Suspense fallback={<PartSkeleton id="audience" />}>
                <AudiencePart editing={edit} filters={filters} />
              </Suspense>
              {rest ? (
                <>
                  <Suspense fallback={<PartSkeleton id="senders" />}>
                    <SendersPart editing={edit} />
                  </Suspense>
                  <Suspense fallback={<PartSkeleton id="steps" />}>
                    <StepsPart editing={edit} filters={filters} />
                  </Suspense>
                  <Suspense fallback={<PartSkeleton id="variants" />}>
                    <VariantsPart editing={edit} />
                  </Suspense>
                  <Suspense fallback={<PartSkeleton id="schedule" />}>
                    <SchedulePart editing={edit} />
                  </Suspense>
                  <Suspense fallback={<PartSkeleton id="check" />}>
                    <CheckPart editing={edit} onJump={jump} />
                  </Suspense>
                  <Suspense fallback={<PartSkeleton id="rehearse" />}>
                    <RehearsePart editing={edit} />
                  </Suspense>
                </>
              ) : (
                SECTIONS.slice(1).map((id) => <PartSkeleton key={id} id={id} />)
              )}
            </div>
          </ScrollRegion>
          <LaunchBar editing={edit} onLaunch={launch} />
        </div>
      </div>
      <Suspense>
        {launching && <LaunchDialog campaign={campaign} onJump={jump} onClose={() => setLaunching(false)} />}
      </Suspense>
    </>
  )
}

const HEIGHTS: Record<Section, string> = {
  audience: 'h-72',
  senders: 'h-56',
  steps: 'h-72',
  variants: 'h-40',
  schedule: 'h-96',
  check: 'h-56',
  rehearse: 'h-56',
}
/** One may jump to a part that has yet to come. */
const PartSkeleton = ({ id }: { id: Section }) => (
  <div id={partId(id)} data-part={id}>
    <Skeleton className={`w-full rounded-lg! ${HEIGHTS[id]}`} />
  </div>
)

/** True once what is seen first is there: what lies below it is loaded then. */
function useRest(atOnce: boolean): boolean {
  const [rest, setRest] = useState(atOnce)
  useEffect(() => {
    if (rest) return
    const idle = window.requestIdleCallback
    if (!idle) {
      const timer = setTimeout(() => setRest(true), 1)
      return () => clearTimeout(timer)
    }
    const handle = idle(() => setRest(true), { timeout: 1500 })
    return () => window.cancelIdleCallback(handle)
  }, [rest])
  return rest
}

/** Which part is being looked at: the last one whose head has come to the top. */
function useSpy(region: HTMLElement | null): [Section, (at: Section) => void] {
  const [at, setAt] = useState<Section>('audience')
  useEffect(() => {
    const scroller = region?.querySelector('section')
    if (!scroller) return
    let frame = 0
    const look = () => {
      frame = 0
      const top = scroller.getBoundingClientRect().top + 120
      const atEnd = scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 4
      const passed = SECTIONS.filter((s) => {
        const el = document.getElementById(partId(s))
        return el && (el.getBoundingClientRect().top <= top || atEnd)
      })
      setAt(passed.at(-1) ?? 'audience')
    }
    const onScroll = () => {
      frame ||= requestAnimationFrame(look)
    }
    scroller.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      scroller.removeEventListener('scroll', onScroll)
      cancelAnimationFrame(frame)
    }
  }, [region])
  return [at, setAt]
}

function Name({ editing: { campaign: c, change, refused } }: { editing: Editing }) {
  const { t } = useTranslation('campaigns')
  const { t: tc } = useTranslation()
  return (
    <Field
      label={t('name')}
      required
      className="rounded-lg bg-card p-4 shadow-card md:px-5"
      error={!c.name.trim() ? tc('validation.required') : refused['name']}
    >
      <Input
        size="lg"
        value={c.name}
        maxLength={120}
        autoComplete="off"
        onChange={(e) => change({ name: e.target.value })}
      />
    </Field>
  )
}

function Scheduled({ campaign: c }: { campaign: Campaign }) {
  const { t } = useTranslation('campaigns')
  const { dateTime } = useFormat()
  const mayStart = useCan('campaigns.start')
  const changes = useCampaignChanges()
  return (
    <Notice
      title={t('startsAt', { at: dateTime(c.startsAt ?? '') })}
      actions={
        mayStart && (
          <Button onClick={() => void changes.turn(c, 'unschedule')}>
            <CalendarX size={14} aria-hidden />
            {t('unschedule')}
          </Button>
        )
      }
    >
      {t('scheduledText')}
    </Notice>
  )
}

/** What it comes to, and the way to the start: always in reach of the thumb. */
function LaunchBar({ editing: { campaign: c }, onLaunch }: { editing: Editing; onLaunch: () => void }) {
  const { t } = useTranslation('campaigns')
  const { num, dayMonth } = useFormat()
  const mayStart = useCan('campaigns.start')
  const wide = useMediaQuery('(min-width: 640px)')
  const { data } = useQuery(forecastOptions(c.id, c.version))
  const messages = data?.perDay.reduce((n, d) => n + d.first + d.followUps, 0) ?? 0
  const facts = data &&
    data.contacts > 0 && [
      t('people', { count: data.contacts }),
      wide && t('messages', { count: messages }),
      data.finishesOn ? t('endsOn', { day: dayMonth(`${data.finishesOn}T12:00:00Z`) }) : t('noEnd'),
    ]
  return (
    <footer className="flex min-h-13 shrink-0 items-center gap-3 border-t border-line bg-surface px-3 py-2 md:px-6">
      <p className="tabular min-w-0 flex-1 text-xs text-balance text-muted" aria-live="polite">
        {facts ? facts.filter(Boolean).join(' · ') : t('launch.nothingYet')}
        {data && data.contacts > 0 && <span className="sr-only">{num(messages)}</span>}
      </p>
      {mayStart ? (
        <Button variant="primary" size="lg" onClick={onLaunch}>
          <Rocket size={15} aria-hidden />
          {t('launch.open')}
        </Button>
      ) : (
        <p className="max-w-56 text-right text-xs text-subtle">{t('launch.forbidden')}</p>
      )}
    </footer>
  )
}
