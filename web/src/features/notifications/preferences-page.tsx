import { BellOff, MonitorSmartphone } from 'lucide-react'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { Mute, NotificationChannel, NotificationPreferences } from '@/api/gen/types.gen'
import { useSession } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Button } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { Row, Section } from '@/shared/ui/section'
import { Skeleton } from '@/shared/ui/skeleton'
import { Switch } from '@/shared/ui/switch'
import { DigestSection } from './digest-section'
import { SUBJECT_ICON, signOf } from './look'
import { useMutes, usePreferences, useSavePreferences, useTest, useUnmute } from './preferences-api'
import { PreferencesMatrix } from './preferences-matrix'
import { PushSection } from './push-section'
import { TimeField } from './time-field'
import { useKindName } from './use-kind-name'

export type Save = (change: (now: NotificationPreferences) => NotificationPreferences) => void

/** What one is told of, where and when. Every choice works at once. */
export function PreferencesPage() {
  const { t } = useTranslation('notifications')
  const q = usePreferences()
  const save = useSavePreferences()
  const p = q.data
  return (
    <>
      <Section title={t('prefs.title')} text={t('prefs.text')} flush>
        {p ? (
          <PreferencesMatrix preferences={p} save={save} />
        ) : q.error ? (
          <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
        ) : (
          <Lines />
        )}
      </Section>
      {p && (
        <>
          <Channels preferences={p} />
          {p.channels.push.available && <PushSection />}
          <QuietHours preferences={p} save={save} />
          <DigestSection preferences={p} save={save} />
        </>
      )}
      <Mutes />
    </>
  )
}

function Lines() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-busy aria-label={t('ui.loading')} className="border-t border-line">
      {['w-44', 'w-52', 'w-48', 'w-56', 'w-40', 'w-44'].map((w) => (
        <div
          key={w}
          className="flex h-12 items-center justify-between border-b border-line-soft px-4 last:border-0 md:px-5"
        >
          <Skeleton className={`h-3.5 ${w}`} />
          <Skeleton className="h-5 w-32" />
        </div>
      ))}
    </div>
  )
}

const CHANNELS: readonly NotificationChannel[] = ['inApp', 'email', 'telegram', 'push']
function Channels({ preferences: { channels } }: { preferences: NotificationPreferences }) {
  const { t } = useTranslation('notifications')
  const test = useTest()
  const hint = (c: NotificationChannel) => {
    if (c === 'inApp') return t('prefs.inAppText')
    if (c === 'email' && !channels.email.available && channels.email.address)
      return t('prefs.unproved', { address: channels.email.address })
    if (!channels[c].available) return t(`prefs.unavailable.${c}`)
    if (c === 'push') return t('prefs.pushText')
    return c === 'email' && channels.email.address ? t('prefs.emailTo', { address: channels.email.address }) : undefined
  }
  return (
    <Section title={t('prefs.channels')} text={t('prefs.channelsText')}>
      {CHANNELS.map((c) => (
        <Row key={c} label={t(`prefs.channel.${c}`)} hint={hint(c)}>
          <Button
            size="md"
            aria-label={t('prefs.testOf', { channel: t(`prefs.channel.${c}`) })}
            disabled={c !== 'inApp' && !channels[c].available}
            busy={test.isPending && test.variables === c}
            onClick={() => test.mutate(c)}
          >
            {t('prefs.test')}
          </Button>
        </Row>
      ))}
    </Section>
  )
}

type PartProps = { preferences: NotificationPreferences; save: Save }
function QuietHours({ preferences: { quietHours: quiet }, save }: PartProps) {
  const { t } = useTranslation('notifications')
  const { user } = useSession()
  const id = useId()
  const set = (change: Partial<NotificationPreferences['quietHours']>) =>
    save((now) => ({ ...now, quietHours: { ...now.quietHours, ...change } }))
  return (
    <Section title={t('prefs.quiet')} text={t('prefs.quietText')}>
      <Row id={`${id}n`} label={t('prefs.quietOn')} hint={t('prefs.zone', { zone: user.timeZone })}>
        <div className="flex flex-wrap items-center gap-3">
          {quiet.enabled && (
            <span className="flex items-center gap-2 text-sm text-muted">
              <label htmlFor={`${id}f`}>{t('prefs.from')}</label>
              <TimeField id={`${id}f`} value={quiet.from} onValue={(from) => set({ from })} />
              <label htmlFor={`${id}t`}>{t('prefs.to')}</label>
              <TimeField id={`${id}t`} value={quiet.to} onValue={(to) => set({ to })} />
            </span>
          )}
          <Switch id={`${id}n`} checked={quiet.enabled} onCheckedChange={(enabled) => set({ enabled })} />
        </div>
      </Row>
      <Row id={`${id}w`} label={t('prefs.weekends')} hint={t('prefs.weekendsHint')}>
        <Switch id={`${id}w`} checked={quiet.weekends} onCheckedChange={(weekends) => set({ weekends })} />
      </Row>
    </Section>
  )
}

function Mutes() {
  const { t } = useTranslation('notifications')
  const q = useMutes()
  return (
    <Section title={t('prefs.mutes')} text={t('prefs.mutesText')} flush>
      {q.data ? (
        q.data.length === 0 ? (
          <EmptyState icon={BellOff} tone="gray" title={t('prefs.noMutes')} className="py-8!" />
        ) : (
          <ul className="border-t border-line">
            {q.data.map((m) => (
              <MuteRow key={m.id} mute={m} />
            ))}
          </ul>
        )
      ) : q.error ? (
        <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
      ) : (
        <Lines />
      )}
    </Section>
  )
}

function MuteRow({ mute: m }: { mute: Mute }) {
  const { t } = useTranslation('notifications')
  const { day, dateTime } = useFormat()
  const kindName = useKindName()
  const unmute = useUnmute()
  const name = m.record ? (m.record.name ?? t('gone')) : kindName(m.kind ?? '')
  const [Icon] = m.record ? [SUBJECT_ICON[m.record.kind] ?? MonitorSmartphone] : signOf(m.kind ?? '')
  return (
    <li className="flex min-h-13 items-center gap-3 border-b border-line-soft px-4 py-2 last:border-0 md:px-5">
      <span className="grid size-8 shrink-0 place-items-center rounded-md bg-active text-muted">
        <Icon size={15} strokeWidth={1.9} aria-hidden />
      </span>
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm font-medium">{name}</span>
        <span className="block truncate text-xs text-subtle">
          {m.until
            ? t('prefs.muteUntil', { date: dateTime(m.until) })
            : t('prefs.muteSince', { date: day(m.createdAt) })}
        </span>
      </span>
      <Button size="md" aria-label={`${t('prefs.unmute')}: ${name}`} onClick={() => unmute.mutate({ mute: m, name })}>
        {t('prefs.unmute')}
      </Button>
    </li>
  )
}
