import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useUnsavedGuard } from '@/shared/form/use-unsaved-guard'
import { useCan } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Button } from '@/shared/ui/button'
import { confirm } from '@/shared/ui/confirm'
import { Notice } from '@/shared/ui/notice'
import { Section } from '@/shared/ui/section'
import { toast } from '@/shared/ui/toast'
import { api, statsOptions } from './api'
import { type CampaignChanges, putCampaign, refresh } from './changes'
import { KIND_LOOK } from './kind-look'
import { isLive } from './model'
import type { FilterParts } from './page-parts'
import { isWhole } from './schedule-model'
import { ScheduleFields } from './schedule-part'
import { useWindowWords } from './schedule-words'
import { StepSummary } from './step-summary'
import { changedSteps, liveSteps, passedUpTo, problemsOf } from './steps-model'
import { StepList } from './steps-part'
import type { Campaign, Schedule, StepInput } from './types'

type TabProps = { campaign: Campaign; changes: CampaignChanges; filters: FilterParts }
/** How it was set up; of one that runs, what is still to come may be changed. */
export default function SetupTab({ campaign: c, filters }: TabProps) {
  const mayStart = useCan('campaigns.start')
  const mayChange = isLive(c) && mayStart
  return (
    <>
      <Steps campaign={c} filters={filters} mayChange={mayChange} />
      <When campaign={c} mayChange={mayChange} />
    </>
  )
}

function Steps({ campaign: c, filters, mayChange }: { campaign: Campaign; filters: FilterParts; mayChange: boolean }) {
  const { t } = useTranslation('campaigns')
  const { t: tc } = useTranslation()
  const qc = useQueryClient()
  const kept = liveSteps(c.steps)
  const [own, setOwn] = useState<StepInput[] | null>(null)
  const [busy, setBusy] = useState(false)
  const stats = useQuery({ ...statsOptions(c.id), enabled: mayChange })
  const steps = own ?? kept
  const passed = passedUpTo(kept, stats.data?.steps ?? [])
  const change = changedSteps(kept, steps)
  const dirty = own !== null && change.length > 0
  useUnsavedGuard(dirty)
  const save = async () => {
    setBusy(true)
    try {
      const { impact } = await api.steps(c.id, steps, c.version, true)
      const sure = await confirm({
        title: t('setup.title'),
        description: [
          t('setup.ahead', { count: impact.ahead }),
          impact.behind > 0 && t('setup.behind', { count: impact.behind }),
        ]
          .filter(Boolean)
          .join(' '),
        action: t('setup.apply'),
      })
      if (!sure) return
      const { campaign } = await api.steps(c.id, steps, c.version)
      putCampaign(qc, campaign)
      refresh(qc, c.id)
      setOwn(null)
      toast.success(t('setup.applied'))
    } catch (e) {
      toast.error(t('notSaved'), e)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Section
      title={t('part.steps')}
      text={t(mayChange ? 'setup.text' : 'setup.readOnly')}
      actions={
        dirty && (
          <span className="flex gap-2">
            <Button size="md" onClick={() => setOwn(null)}>
              {tc('action.cancel')}
            </Button>
            <Button
              size="md"
              variant="primary"
              busy={busy}
              disabled={problemsOf(steps).length > 0}
              onClick={() => void save()}
            >
              {t('setup.review')}
            </Button>
          </span>
        )
      }
    >
      {mayChange ? (
        <StepList
          id={c.id}
          steps={steps}
          onSteps={setOwn}
          filters={filters}
          fixed={(s) => {
            const at = kept.findIndex((k) => k.id === s.id)
            return at >= 0 && at <= passed
          }}
        />
      ) : (
        <ol className="flex flex-col gap-3">
          {kept.map((s, i) => {
            const { icon: Icon, tone } = KIND_LOOK[s.action.kind]
            return (
              <li key={s.id} className="flex items-center gap-3">
                <span
                  data-tone={tone}
                  className="grid size-8 shrink-0 place-items-center rounded-lg bg-tone text-tone-fg"
                >
                  <Icon size={16} strokeWidth={1.9} aria-hidden />
                </span>
                <span className="min-w-0">
                  <span className="block text-sm font-medium">
                    {t('steps.named', { n: i + 1, kind: t(`kind.${s.action.kind}`) })}
                  </span>
                  <span className="block truncate text-xs text-muted">
                    <StepSummary step={s} steps={kept} />
                  </span>
                </span>
              </li>
            )
          })}
        </ol>
      )}
    </Section>
  )
}

function When({ campaign: c, mayChange }: { campaign: Campaign; mayChange: boolean }) {
  const { t } = useTranslation('campaigns')
  const { t: tc } = useTranslation()
  const { num } = useFormat()
  const qc = useQueryClient()
  const words = useWindowWords()
  const [own, setOwn] = useState<Schedule | null>(null)
  const [busy, setBusy] = useState(false)
  const s = own ?? c.schedule
  useUnsavedGuard(own !== null)
  if (!s) return null
  const save = async () => {
    setBusy(true)
    try {
      putCampaign(qc, await api.patch(c.id, { schedule: s, version: c.version }))
      refresh(qc, c.id)
      setOwn(null)
      toast.success(t('setup.applied'))
    } catch (e) {
      toast.error(t('notSaved'), e)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Section
      title={t('part.schedule')}
      actions={
        own && (
          <span className="flex gap-2">
            <Button size="md" onClick={() => setOwn(null)}>
              {tc('action.cancel')}
            </Button>
            <Button size="md" variant="primary" busy={busy} disabled={!isWhole(s)} onClick={() => void save()}>
              {tc('action.save')}
            </Button>
          </span>
        )
      }
    >
      {mayChange ? (
        <div className="flex flex-col gap-5">
          {own && <Notice>{t('setup.scheduleNote')}</Notice>}
          <ScheduleFields schedule={s} onChange={(patch) => setOwn({ ...s, ...patch })} onWhole={setOwn} />
        </div>
      ) : (
        <p className="text-sm">
          {words(s.windows)}
          <span className="block text-xs text-subtle">
            {[
              s.inContactZone ? t('schedule.zone.contact') : s.timeZone.replaceAll('_', ' '),
              s.perDay && t('setup.perDay', { count: s.perDay, n: num(s.perDay) }),
            ]
              .filter(Boolean)
              .join(' · ')}
          </span>
        </p>
      )}
    </Section>
  )
}
