import { Plus, X } from 'lucide-react'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { DigestDay, NextDigest, NotificationPreferences } from '@/api/gen/types.gen'
import { useSession } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Button } from '@/shared/ui/button'
import { Checkbox } from '@/shared/ui/checkbox'
import { ChoiceRow } from '@/shared/ui/choice-row'
import { ErrorState } from '@/shared/ui/error-state'
import { IconButton } from '@/shared/ui/icon-button'
import { Row, Section } from '@/shared/ui/section'
import { Skeleton } from '@/shared/ui/skeleton'
import { Switch } from '@/shared/ui/switch'
import { useNextDigest, useSendDigest } from './preferences-api'
import type { Save } from './preferences-page'
import { TimeField } from './time-field'

type PartProps = { preferences: NotificationPreferences; save: Save }
const FIRST_TIME = '09:00'

/** What is told together by mail: whether, at which times, on which days, and what would be told now. */
export function DigestSection({ preferences, save }: PartProps) {
  const { t } = useTranslation('notifications')
  const { user } = useSession()
  const id = useId()
  const on = preferences.digestTimes.length > 0
  return (
    <Section title={t('prefs.digest')} text={t('prefs.digestText')}>
      <Row id={`${id}d`} label={t('prefs.digestOn')} hint={t('prefs.zone', { zone: user.timeZone })}>
        <Switch
          id={`${id}d`}
          checked={on}
          onCheckedChange={(yes) => save((now) => ({ ...now, digestTimes: yes ? [FIRST_TIME] : [] }))}
        />
      </Row>
      {on && (
        <>
          <Row label={t('prefs.digestTimes')}>
            <Times preferences={preferences} save={save} />
          </Row>
          <Row label={t('prefs.digestDays')}>
            <Days preferences={preferences} save={save} />
          </Row>
        </>
      )}
      <Next channel={preferences.channels.email} />
    </Section>
  )
}

const MOST_TIMES = 6
function Times({ preferences: { digestTimes: times }, save }: PartProps) {
  const { t } = useTranslation('notifications')
  const put = (next: string[]) => save((now) => ({ ...now, digestTimes: [...new Set(next)].sort() }))
  const free = [FIRST_TIME, '13:00', '17:00', '20:00'].find((x) => !times.includes(x)) ?? '12:00'
  return (
    <ul className="flex flex-wrap items-center gap-2 md:max-w-96">
      {times.map((time, i) => (
        <li key={time} className="flex items-center gap-0.5">
          <TimeField
            aria-label={t('prefs.digestTime', { n: i + 1 })}
            value={time}
            onValue={(next) => put(times.map((x) => (x === time ? next : x)))}
          />
          {times.length > 1 && (
            <IconButton label={t('prefs.removeTime', { time })} onClick={() => put(times.filter((x) => x !== time))}>
              <X size={14} />
            </IconButton>
          )}
        </li>
      ))}
      {times.length < MOST_TIMES && (
        <li>
          <Button variant="ghost" onClick={() => put([...times, free])}>
            <Plus size={14} aria-hidden />
            {t('prefs.addTime')}
          </Button>
        </li>
      )}
    </ul>
  )
}

const WEEK: readonly DigestDay[] = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
/** One day is left at least: who wants none switches the digest off. */
function Days({ preferences: { digestDays: days }, save }: PartProps) {
  const { t } = useTranslation('notifications')
  const set = (day: DigestDay, yes: boolean) =>
    save((now) => ({ ...now, digestDays: WEEK.filter((x) => (x === day ? yes : now.digestDays.includes(x))) }))
  return (
    <fieldset className="grid grid-cols-2 gap-x-5 gap-y-1 sm:grid-cols-4 md:max-w-120">
      <legend className="sr-only">{t('prefs.digestDays')}</legend>
      {WEEK.map((day) => (
        <ChoiceRow key={day} label={t(`prefs.day.${day}`)} className="min-h-8 py-1.5">
          {(control) => (
            <Checkbox
              {...control}
              checked={days.includes(day)}
              disabled={days.length === 1 && days.includes(day)}
              onCheckedChange={(yes) => set(day, yes)}
            />
          )}
        </ChoiceRow>
      ))}
    </fieldset>
  )
}

/** What the next digest would say now, and a way to have it at once. */
function Next({ channel }: { channel: NotificationPreferences['channels']['email'] }) {
  const { t } = useTranslation('notifications')
  const { dateTime } = useFormat()
  const q = useNextDigest(channel.available)
  const send = useSendDigest()
  if (!channel.available)
    return (
      <Row
        label={t('prefs.digestNext')}
        hint={channel.address ? t('prefs.unproved', { address: channel.address }) : t('prefs.unavailable.email')}
      >
        {null}
      </Row>
    )
  if (q.error) return <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
  const next = q.data
  const last = next?.lastAt && t('prefs.digestLast', { date: dateTime(next.lastAt) })
  return (
    <div className="pt-4">
      <Row label={t('prefs.digestNext')} hint={next ? <When next={next} /> : <Skeleton className="h-3.5 w-56" />}>
        <Button size="md" disabled={!next || next.count === 0} busy={send.isPending} onClick={() => send.mutate()}>
          {t('prefs.digestSend')}
        </Button>
      </Row>
      {next && next.count > 0 && <Preview next={next} />}
      {last && <p className="mt-3 text-xs text-subtle">{last}</p>}
    </div>
  )
}

function When({ next }: { next: NextDigest }) {
  const { t } = useTranslation('notifications')
  const { dateTime } = useFormat()
  if (!next.nextAt) return t('prefs.digestOff')
  const date = dateTime(next.nextAt)
  return next.count === 0 ? t('prefs.digestEmpty', { date }) : t('prefs.digestAt', { count: next.count, date })
}

function Preview({ next: { groups, more } }: { next: NextDigest }) {
  const { t } = useTranslation('notifications')
  return (
    <ul aria-label={t('prefs.digestPreview')} className="mt-3 rounded-md bg-sunken px-3 py-2 text-sm">
      {groups.map((g, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: what has no record has nothing else that tells it apart
        <li key={i} className="border-line-soft py-2 not-last:border-b">
          <span className="font-medium break-words">{g.title}</span>
          {g.count > 1 && <span className="text-subtle"> · {g.count}</span>}
          {g.lines.map((line, n) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same sentence may stand twice
            <span key={n} className="block break-words text-muted">
              {line}
            </span>
          ))}
        </li>
      ))}
      {more > 0 && <li className="py-2 text-subtle">{t('prefs.digestMore', { count: more })}</li>}
    </ul>
  )
}
