import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/shared/session/use-format'
import { Avatar } from '@/shared/ui/avatar'
import { Button } from '@/shared/ui/button'
import { HealthRing } from '@/shared/ui/health-ring'
import { Section } from '@/shared/ui/section'
import { Segmented } from '@/shared/ui/segmented'
import { type AccountChanges, syncOptions } from './api'
import { mainReasons, ownerOf } from './model'
import { Usage } from './parts'
import type { Tab } from './search-params'
import { SyncBar } from './sync-progress'
import type { Account, Mode } from './types'

type OverviewProps = { account: Account; changes: AccountChanges; writable: boolean; onTab: (tab: Tab) => void }
export function Overview({ account: a, changes, writable, onTab }: OverviewProps) {
  const { t } = useTranslation('accounts')
  const { day, ago, num } = useFormat()
  const owner = ownerOf(a)
  const sync = useQuery(syncOptions(a.id)).data
  const facts: [string, ReactNode][] = [
    [t('phone'), a.phoneMasked],
    [
      t('owner'),
      owner ? (
        <span key="o" className="flex items-center gap-1.5">
          <Avatar name={owner.name} size={18} />
          {owner.name}
        </span>
      ) : (
        t('noOwner')
      ),
    ],
    [t('lastActivity'), a.lastActivity && ago(a.lastActivity)],
    [t('connectedSince'), a.connectedAt && day(a.connectedAt)],
    [t('dc'), a.dc && `DC ${a.dc}`],
    [t('proxy'), a.proxy?.url ?? t('noProxy')],
  ]
  return (
    <>
      <Section title={t('health.title')} actions={<Button onClick={() => onTab('health')}>{t('health.more')}</Button>}>
        <div className="flex items-center gap-4">
          <HealthRing score={a.health.score} label={t('health.score', { score: a.health.score })} size={56} />
          {a.health.reasons.length === 0 ? (
            <p className="text-sm text-muted">{t('health.fine')}</p>
          ) : (
            <ul className="flex min-w-0 flex-col gap-1 text-sm text-muted">
              {mainReasons(a).map((r) => (
                <li key={r.code}>{r.text}</li>
              ))}
            </ul>
          )}
        </div>
      </Section>
      <Section title={t('today')}>
        <div className="grid gap-4 sm:grid-cols-2">
          <Usage label={t('used.messages')} used={a.usedToday.messages} limit={a.limits.messagesPerDay} />
          <Usage
            label={t('used.firstContacts')}
            used={a.usedToday.firstContacts}
            limit={a.limits.firstContactsPerDay}
          />
        </div>
        <div className="mt-4 flex flex-col gap-2">
          <Segmented<Mode>
            label={t('modeLabel')}
            disabled={!writable}
            value={a.mode}
            onValueChange={(mode) => void changes.mode(a, mode)}
            options={(['active', 'replies_only', 'paused'] as const).map((m) => ({ value: m, label: t(`mode.${m}`) }))}
            className="w-full sm:w-auto"
          />
          <p className="text-xs text-subtle">{t(`modeHelp.${a.mode}`)}</p>
        </div>
      </Section>
      <Section title={t('chats.title')} actions={<Button onClick={() => onTab('chats')}>{t('chats.change')}</Button>}>
        {sync && sync.state !== 'idle' ? (
          <SyncBar status={sync} />
        ) : (
          <p className="text-sm text-muted">{t('chats.count', { count: a.syncedChats, shown: num(a.syncedChats) })}</p>
        )}
      </Section>
      <Section title={t('facts')}>
        <dl className="grid gap-x-4 gap-y-2 text-sm md:grid-cols-[160px_1fr_1fr]">
          {facts
            .filter(([, value]) => value)
            .map(([name, value]) => (
              <div key={name} className="md:contents">
                <dt className="text-subtle">{name}</dt>
                <dd className="break-words sm:col-span-2">{value}</dd>
              </div>
            ))}
        </dl>
      </Section>
    </>
  )
}
