import { useQuery } from '@tanstack/react-query'
import { CalendarClock, Rocket } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { fromLocal, toLocal } from '@/shared/lib/dates'
import { useSession } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Button } from '@/shared/ui/button'
import { Dialog } from '@/shared/ui/dialog'
import { Field } from '@/shared/ui/field'
import { Input } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import { Segmented } from '@/shared/ui/segmented'
import { Skeleton } from '@/shared/ui/skeleton'
import { checkOptions, forecastOptions } from './api'
import { useCampaignChanges } from './changes'
import { CheckResult } from './check-part'
import { Fact } from './parts'
import { sentOn } from './schedule-model'
import type { Section } from './search-params'
import type { Campaign } from './types'

/** One that is scheduled goes back to a draft before it is scheduled anew. */
const WHEN = ['now', 'later'] as const
type LaunchProps = { campaign: Campaign; onJump: (to: Section) => void; onClose: () => void }
/** What is about to happen, once more; whoever means it types the name. */
export default function LaunchDialog({ campaign: c, onJump, onClose }: LaunchProps) {
  const { t } = useTranslation('campaigns')
  const { t: tc } = useTranslation()
  const { user } = useSession()
  const { num, dayMonth } = useFormat()
  const changes = useCampaignChanges()
  const check = useQuery({ ...checkOptions(c.id, c.version), staleTime: 0 })
  const forecast = useQuery(forecastOptions(c.id, c.version))
  const [when, setWhen] = useState<'now' | 'later'>('now')
  const [at, setAt] = useState(() =>
    toLocal(Date.now() + 86_400_000, user.timeZone)
      .slice(0, 11)
      .concat('09:00'),
  )
  const [typed, setTyped] = useState('')
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<string[]>([])
  const instant = fromLocal(at, user.timeZone)
  const future = instant !== null && Date.parse(instant) > Date.now()
  const ready = check.data?.ready === true
  const may = ready && typed.trim() === c.name.trim() && (when === 'now' || future)
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    if (!may || busy) return
    setBusy(true)
    try {
      if (when === 'now') await changes.start(c, typed.trim())
      else await changes.schedule(c, instant as string)
      onClose()
    } catch (x) {
      const details = isApiError(x) ? x.details.map((d) => d.message) : []
      setRefused(details.length > 0 ? details : [errorMessage(x)])
      setBusy(false)
      void check.refetch()
    }
  }
  const f = forecast.data
  const Icon = when === 'now' ? Rocket : CalendarClock
  return (
    <Dialog
      open
      onOpenChange={(o) => !o && onClose()}
      title={t('launch.title', { name: c.name })}
      description={t('launch.text')}
      footer={
        <>
          <Button size="lg" onClick={onClose}>
            {tc('action.cancel')}
          </Button>
          <Button size="lg" variant="primary" type="submit" form="launch" busy={busy} disabled={!may}>
            <Icon size={15} aria-hidden />
            {t(when === 'now' ? 'launch.now' : 'launch.later')}
          </Button>
        </>
      }
    >
      <form id="launch" noValidate onSubmit={(e) => void submit(e)} className="flex flex-col gap-5">
        <dl className="grid grid-cols-2 gap-4 rounded-lg bg-sunken p-4 sm:grid-cols-4">
          {f ? (
            <>
              <Fact label={t('forecast.contacts')} value={num(f.contacts)} />
              <Fact label={t('forecast.messages')} value={num(f.perDay.reduce((n, d) => n + sentOn(d), 0))} />
              <Fact label={t('launch.accounts')} value={num(c.accountIds.length)} />
              <Fact label={t('forecast.ends')} value={f.finishesOn ? dayMonth(`${f.finishesOn}T12:00:00Z`) : '—'} />
            </>
          ) : (
            ['a', 'b', 'c', 'd'].map((k) => <Skeleton key={k} className="h-11" />)
          )}
        </dl>
        {check.data ? (
          <CheckResult
            check={check.data}
            onJump={(to) => {
              onClose()
              onJump(to)
            }}
          />
        ) : (
          <Skeleton className="h-9" />
        )}
        <Field label={t('launch.when')}>
          <Segmented
            label={t('launch.when')}
            value={when}
            onValueChange={setWhen}
            options={(c.state === 'draft' ? WHEN : WHEN.slice(0, 1)).map((value) => ({
              value,
              label: t(`launch.${value}At`),
            }))}
            className="w-full"
          />
        </Field>
        {when === 'later' && (
          <Field
            label={t('launch.startsAt')}
            hint={t('launch.zone', { zone: user.timeZone })}
            error={!future && t('launch.past')}
          >
            <Input type="datetime-local" value={at} onChange={(e) => setAt(e.target.value)} />
          </Field>
        )}
        <Field label={tc('ui.typeToConfirm', { value: c.name })} hint={ready ? undefined : t('launch.notReady')}>
          <Input value={typed} autoComplete="off" disabled={!ready} onChange={(e) => setTyped(e.target.value)} />
        </Field>
        <div role="alert">
          {refused.length > 0 && (
            <Notice kind="error">
              {refused.map((m) => (
                <p key={m}>{m}</p>
              ))}
            </Notice>
          )}
        </div>
      </form>
    </Dialog>
  )
}
