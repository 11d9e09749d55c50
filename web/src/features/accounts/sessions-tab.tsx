import { useQuery } from '@tanstack/react-query'
import { Laptop, Smartphone } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/shared/session/use-format'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { confirm } from '@/shared/ui/confirm'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { Section } from '@/shared/ui/section'
import { Skeleton } from '@/shared/ui/skeleton'
import { type AccountChanges, sessionsOptions } from './api'
import type { Account, Device } from './types'

type TabProps = { account: Account; changes: AccountChanges; writable: boolean }
/** Where else this account is signed in, as the network knows it. */
export default function SessionsTab({ account: a, changes, writable }: TabProps) {
  const { t } = useTranslation('accounts')
  const { ago } = useFormat()
  const q = useQuery({ ...sessionsOptions(a.id), enabled: a.isConnected })
  const devices = q.data ?? []
  const end = async (d: Device) => {
    const sure = await confirm({
      title: t('sessions.endTitle', { device: d.device }),
      description: t('sessions.endText'),
      action: t('sessions.end'),
      danger: true,
    })
    if (sure) await changes.endSession(a.id, d.hash)
  }
  return (
    <Section title={t('tab.sessions')} text={t('sessions.text')} flush>
      {!a.isConnected ? (
        <EmptyState icon={Laptop} tone="gray" title={t('sessions.offline')} className="border-t border-line-soft" />
      ) : q.isPending ? (
        <div className="p-4">
          <Skeleton className="h-28" />
        </div>
      ) : q.error && !q.data ? (
        <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
      ) : (
        <ul className="border-t border-line">
          {devices.map((d) => {
            const Icon = /phone|android|ios|iphone|pixel/i.test(`${d.device} ${d.app}`) ? Smartphone : Laptop
            return (
              <li
                key={d.hash}
                className="flex min-h-14 items-center gap-3 border-b border-line-soft px-4 py-2 last:border-0 md:px-5"
              >
                <Icon size={18} strokeWidth={1.75} aria-hidden className="shrink-0 text-subtle" />
                <span className="min-w-0 flex-1">
                  <span className="flex flex-wrap items-center gap-2 text-sm font-medium">
                    {d.device}
                    {d.current && <Badge tone="green">{t('sessions.current')}</Badge>}
                  </span>
                  <span className="block truncate text-xs text-subtle">
                    {[d.app, d.country, d.lastActiveAt && ago(d.lastActiveAt)].filter(Boolean).join(' · ')}
                  </span>
                </span>
                {writable && !d.current && (
                  <Button aria-label={`${t('sessions.end')}: ${d.device}`} onClick={() => void end(d)}>
                    {t('sessions.end')}
                  </Button>
                )}
              </li>
            )
          })}
        </ul>
      )}
    </Section>
  )
}
