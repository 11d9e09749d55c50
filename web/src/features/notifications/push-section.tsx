import { useQuery, useQueryClient } from '@tanstack/react-query'
import { BellRing, MonitorSmartphone } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { parseUserAgent } from '@/shared/lib/user-agent'
import { useFormat } from '@/shared/session/use-format'
import { Button } from '@/shared/ui/button'
import { Notice } from '@/shared/ui/notice'
import { Section } from '@/shared/ui/section'
import { toast } from '@/shared/ui/toast'
import { PUSH, usePush, useRemoveDevice } from './preferences-api'
import { type PushState, pushState, turnOff, turnOn } from './push'

const STATE = ['push-state'] as const

/** Push: explained before the browser asks, and the devices that have it. */
export function PushSection() {
  const { t } = useTranslation('notifications')
  const push = usePush(true)
  const devices = push.data?.subscriptions ?? []
  return (
    <Section title={t('prefs.push')} flush>
      <div className="px-4 pb-4 md:px-5">
        <ThisDevice publicKey={push.data?.publicKey ?? null} />
      </div>
      {devices.length > 0 && <Devices />}
    </Section>
  )
}

function ThisDevice({ publicKey }: { publicKey: string | null }) {
  const { t } = useTranslation('notifications')
  const qc = useQueryClient()
  const { data: state } = useQuery({ queryKey: STATE, queryFn: pushState, staleTime: 0 })
  const [busy, setBusy] = useState(false)
  const run = async (how: () => Promise<PushState>) => {
    setBusy(true)
    try {
      qc.setQueryData(STATE, await how())
      await qc.invalidateQueries({ queryKey: PUSH })
    } catch (e) {
      toast.error(t('prefs.pushFailed'), e)
    }
    setBusy(false)
  }
  if (state === 'insecure') return <Notice>{t('prefs.pushInsecure')}</Notice>
  if (state === 'unsupported') return <Notice>{t('prefs.pushUnsupported')}</Notice>
  if (state === 'denied') return <Notice kind="warning">{t('prefs.pushDenied')}</Notice>
  if (state === 'on')
    return (
      <Notice
        kind="success"
        icon={BellRing}
        actions={
          <Button busy={busy} onClick={() => void run(turnOff)}>
            {t('prefs.pushOff')}
          </Button>
        }
      >
        {t('prefs.pushIsOn')}
      </Notice>
    )
  return (
    <Notice
      icon={BellRing}
      actions={
        <Button
          variant="primary"
          size="md"
          busy={busy}
          disabled={!publicKey}
          onClick={() => publicKey && void run(() => turnOn(publicKey))}
        >
          {t('prefs.pushOn')}
        </Button>
      }
    >
      {t('prefs.pushWhy')}
    </Notice>
  )
}

function Devices() {
  const { t } = useTranslation('notifications')
  const { t: tc } = useTranslation()
  const { day, ago } = useFormat()
  const remove = useRemoveDevice()
  const devices = usePush(true).data?.subscriptions ?? []
  return (
    <ul aria-label={t('prefs.devices')} className="border-t border-line">
      {devices.map((d) => {
        const { browser, system } = parseUserAgent(d.device)
        const name = [browser, system].filter(Boolean).join(' · ') || t('prefs.device')
        return (
          <li
            key={d.id}
            className="flex min-h-13 items-center gap-3 border-b border-line-soft px-4 py-2 last:border-0 md:px-5"
          >
            <span className="grid size-8 shrink-0 place-items-center rounded-md bg-active text-muted">
              <MonitorSmartphone size={15} strokeWidth={1.9} aria-hidden />
            </span>
            <span className="min-w-0 flex-1">
              <span className="block truncate text-sm font-medium">{name}</span>
              <span className="block truncate text-xs text-subtle">
                {t('prefs.deviceSince', { date: day(d.createdAt) })}
                {d.lastUsedAt && ` · ${t('prefs.deviceUsed', { ago: ago(d.lastUsedAt) })}`}
              </span>
            </span>
            <Button
              size="md"
              aria-label={t('prefs.removeDevice', { device: name })}
              onClick={() => remove.mutate(d.id)}
            >
              {tc('action.remove')}
            </Button>
          </li>
        )
      })}
    </ul>
  )
}
