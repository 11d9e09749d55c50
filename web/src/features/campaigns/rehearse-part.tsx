import { useQuery, useQueryClient } from '@tanstack/react-query'
import { FlaskConical, Play } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { announce } from '@/shared/ui/announcer'
import { Button } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { Field } from '@/shared/ui/field'
import { Notice } from '@/shared/ui/notice'
import { ProgressBar } from '@/shared/ui/progress'
import { Skeleton } from '@/shared/ui/skeleton'
import { toast } from '@/shared/ui/toast'
import { api, audienceOptions, rehearsalOptions } from './api'
import { BuilderPart } from './builder-part'
import { NumberInput } from './number-input'
import { ModeSwitch } from './rehearsal-mode'
import { MOST_PEOPLE, usualMode } from './rehearsal-model'
import type { Rehearsal, RehearsalMode } from './types'
import type { Editing } from './use-draft'

const Report = lazy(() => import('./rehearsal-report'))
const NONE: Rehearsal = { state: 'none', result: null, at: null }
const DAYS = { min: 1, max: 120, usual: 14 }
const PEOPLE = { min: 1, usual: 500 }

/** The whole of it, played through in seconds with people who are made up. */
export default function RehearsePart({ editing }: { editing: Editing }) {
  const { t } = useTranslation('campaigns')
  const { campaign: c, steps, flush, status } = editing
  const qc = useQueryClient()
  const q = useQuery(rehearsalOptions(c.id))
  const [days, setDays] = useState(DAYS.usual)
  const [wanted, setWanted] = useState(PEOPLE.usual)
  const [chosen, setChosen] = useState<RehearsalMode | null>(null)
  const [asked, setAsked] = useState<RehearsalMode | null>(null)
  // Counted where the audience is put together.
  const audience = useQuery({ ...audienceOptions(c.id, c.audience), enabled: false }).data
  const mode = chosen ?? usualMode(audience?.count)
  const people = Math.min(wanted, MOST_PEOPLE[mode])
  const [asking, setAsking] = useState(false)
  const running = asking || q.data?.state === 'running'
  const was = useRef(running)
  useEffect(() => {
    if (was.current && !running && q.data?.state === 'done') announce(t('rehearse.ready'))
    was.current = running
  }, [running, q.data?.state, t])
  const head = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    // The button that was pressed has made room for the progress.
    if (asking && document.activeElement === document.body) head.current?.focus({ preventScroll: true })
  }, [asking])
  const run = async () => {
    setAsking(true)
    try {
      if (!(await flush())) return
      const begun = await api.rehearse(c.id, { days, people, mode })
      setAsked(mode)
      // What is known of the one before stays until this one is there.
      qc.setQueryData(rehearsalOptions(c.id).queryKey, (r) => ({ ...(r ?? NONE), state: begun.state }))
      await q.refetch()
    } catch (e) {
      toast.error(t('rehearse.notDone'), e)
    } finally {
      setAsking(false)
    }
  }
  const again = q.data?.state === 'done'
  const fellBack = again && !running && asked === 'network' && q.data?.result?.mode === 'quick'
  const stuck = status === 'held' || steps.length === 0
  const button = (
    <Button
      ref={head}
      size="md"
      variant={again ? 'secondary' : 'primary'}
      busy={running}
      disabled={stuck}
      onClick={() => void run()}
    >
      <Play size={14} aria-hidden />
      {t(again ? 'rehearse.again' : 'rehearse.run')}
    </Button>
  )
  return (
    <BuilderPart id="rehearse" actions={(again || running) && button}>
      {q.isPending ? (
        <Skeleton className="h-40 rounded-lg!" />
      ) : q.error && !q.data ? (
        <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
      ) : (
        <div className="flex flex-col gap-4">
          <ModeSwitch value={mode} onValue={setChosen} />
          <div className="grid max-w-md grid-cols-2 gap-3">
            <Field label={t('rehearse.days')}>
              <NumberInput min={DAYS.min} max={DAYS.max} value={days} onValue={setDays} />
            </Field>
            <Field label={t('rehearse.people')}>
              <NumberInput min={PEOPLE.min} max={MOST_PEOPLE[mode]} value={people} onValue={setWanted} />
            </Field>
          </div>
          {running && (
            <div role="status">
              <ProgressBar value={q.data?.progress} label={t('rehearse.running')} />
              <p className="mt-1.5 text-xs text-subtle">{t('rehearse.running')}</p>
            </div>
          )}
          {q.data?.state === 'failed' && !running && (
            <Notice kind="error" title={t('rehearse.failed')}>
              {t('rehearse.failedText')}
            </Notice>
          )}
          {q.data?.outdated && !running && (
            <Notice
              kind="warning"
              title={t('rehearse.outdated')}
              actions={
                <Button disabled={stuck} onClick={() => void run()}>
                  {t('rehearse.again')}
                </Button>
              }
            >
              {t('rehearse.outdatedText')}
            </Notice>
          )}
          {fellBack && <Notice>{t('rehearse.fellBack')}</Notice>}
          {q.data?.result ? (
            <Suspense fallback={<Skeleton className="h-72 rounded-lg!" />}>
              <Report report={q.data.result} steps={steps} />
            </Suspense>
          ) : (
            !running && (
              <EmptyState
                icon={FlaskConical}
                title={t('rehearse.empty')}
                text={t('rehearse.emptyText')}
                actions={button}
                className="py-6!"
              />
            )
          )}
        </div>
      )}
    </BuilderPart>
  )
}
