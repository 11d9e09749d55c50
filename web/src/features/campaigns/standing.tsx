import { Link, useNavigate } from '@tanstack/react-router'
import { Copy, ListChecks } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Button, buttonCls } from '@/shared/ui/button'
import { Notice } from '@/shared/ui/notice'
import { ProgressBar } from '@/shared/ui/progress'
import type { CampaignChanges } from './changes'
import { isLive, pauseOf, progressOf } from './model'
import type { Campaign } from './types'

type Props = { campaign: Campaign; changes: CampaignChanges; inSetup: boolean }
/** How far it is, and why it stands still if it does. */
export function Standing({ campaign: c, changes, inSetup }: Props) {
  const { t } = useTranslation('campaigns')
  const { num, dateTime } = useFormat()
  const mayStart = useCan('campaigns.start')
  const mayWrite = useCan('campaigns.write')
  const pause = c.state === 'paused' ? (pauseOf(c.pauseReason) ?? 'manual') : null
  return (
    <>
      {pause && (
        <Notice
          kind={pause === 'manual' ? 'info' : 'warning'}
          title={t(`paused.${pause}`)}
          actions={
            (pause === 'steps' && mayStart && !inSetup && <EditSteps campaign={c} />) ||
            (pause === 'audience' && mayWrite && <CopyOf campaign={c} changes={changes} />)
          }
        >
          {t(`paused.${pause}Text`)}
        </Notice>
      )}
      {c.enrolling && pause !== 'audience' && (
        <Notice role="status" title={t('enrolling')}>
          {t('enrollingText')}
        </Notice>
      )}
      {isLive(c) && (
        <div className="flex flex-col gap-1.5 px-1">
          <ProgressBar value={progressOf(c)} label={t('progressOf', { name: c.name })} className="h-2!" />
          <p className="tabular flex flex-wrap justify-between gap-x-4 text-xs text-subtle">
            <span>
              {t('progress', { done: num(c.totals.finished + c.totals.stopped), all: num(c.totals.enrolled) })}
            </span>
            {c.startedAt && <span>{t('when.started', { at: dateTime(c.startedAt) })}</span>}
          </p>
        </div>
      )}
    </>
  )
}

function EditSteps({ campaign: c }: { campaign: Campaign }) {
  const { t } = useTranslation('campaigns')
  return (
    <Link to="/campaigns/$id" params={{ id: c.id }} search={{ tab: 'setup' }} className={buttonCls()}>
      <ListChecks size={14} aria-hidden />
      {t('paused.stepsAction')}
    </Link>
  )
}
/** The audience of one that has begun stays; that of a copy is open. */
function CopyOf({ campaign: c, changes }: { campaign: Campaign; changes: CampaignChanges }) {
  const { t } = useTranslation('campaigns')
  const navigate = useNavigate()
  const [busy, setBusy] = useState(false)
  const copy = async () => {
    setBusy(true)
    const made = await changes.duplicate(c)
    setBusy(false)
    if (made) await navigate({ to: '/campaigns/$id', params: { id: made.id }, search: { at: 'audience' } })
  }
  return (
    <Button busy={busy} onClick={() => void copy()}>
      <Copy size={14} aria-hidden />
      {t('paused.audienceAction')}
    </Button>
  )
}
