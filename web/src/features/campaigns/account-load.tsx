import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Pause, Play } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useCan } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Badge } from '@/shared/ui/badge'
import { HealthRing } from '@/shared/ui/health-ring'
import { IconButton } from '@/shared/ui/icon-button'
import { Notice } from '@/shared/ui/notice'
import { sendersOptions } from './api'
import type { CampaignChanges } from './changes'
import { isLive } from './model'
import { Bar } from './parts'
import { leftOf, readinessOf } from './senders-model'
import type { AccountStats, Campaign, Sender, Stats } from './types'

type LoadProps = { campaign: Campaign; stats: Stats; changes: CampaignChanges }
/** What each account does for it, and what it has left today. */
export function AccountLoad({ campaign: c, stats, changes }: LoadProps) {
  const { t } = useTranslation('campaigns')
  const mayRead = useCan('bd.accounts.read')
  const mayStart = useCan('campaigns.start')
  const { data: senders } = useQuery({ ...sendersOptions(), enabled: mayRead })
  const of = new Map(stats.accounts.map((a) => [a.accountId, a]))
  const ids = [...new Set([...c.accountIds, ...of.keys()])]
  const known = senders?.filter((s) => c.accountIds.includes(s.id)) ?? []
  const none =
    isLive(c) && senders && !known.some((s) => readinessOf(s) === 'ready' && !c.heldAccountIds.includes(s.id))
  return (
    <section aria-label={t('load.title')} className="rounded-lg bg-card p-4 shadow-card md:p-5">
      <h2 className="text-base font-semibold">{t('load.title')}</h2>
      <p className="mt-0.5 text-sm text-muted">{t('load.text')}</p>
      {none && (
        <Notice kind="warning" className="mt-3" title={t('senders.noneReady')}>
          {t('load.noneText')}
        </Notice>
      )}
      <ul className="mt-3 flex flex-col">
        {ids.map((id) => {
          const held = c.heldAccountIds.includes(id)
          const live = isLive(c) && c.accountIds.includes(id)
          return (
            <AccountRow
              key={id}
              id={id}
              stats={of.get(id)}
              sender={senders?.find((s) => s.id === id)}
              held={held}
              onHold={live && mayStart ? () => void changes.holdSender(c, id, !held) : null}
            />
          )
        })}
      </ul>
    </section>
  )
}

type RowProps = {
  id: string
  stats: AccountStats | undefined
  sender: Sender | undefined
  held: boolean
  onHold: (() => void) | null
}
function AccountRow({ id, stats, sender, held, onHold }: RowProps) {
  const { t } = useTranslation('campaigns')
  const { num } = useFormat()
  const name = sender?.name ?? stats?.name ?? '…'
  const ready = sender ? readinessOf(sender) : 'ready'
  const left = sender && leftOf(sender)
  const all = sender?.limits.messagesPerDay ?? 0
  const used = left ? all - left.messages : 0
  return (
    <li className="flex items-center gap-3 border-b border-line-soft py-3 last:border-0 last:pb-0">
      {sender && (
        <HealthRing score={sender.health.score} label={t('senders.health', { score: sender.health.score })} size={34} />
      )}
      <div className="min-w-0 flex-1">
        <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
          <Link to="/accounts/$id" params={{ id }} className="min-w-0 truncate text-sm font-medium hover:underline">
            {name}
          </Link>
          {held ? (
            <Badge tone="amber">{t('load.held')}</Badge>
          ) : (
            ready !== 'ready' && <Badge tone={ready === 'waits' ? 'amber' : 'red'}>{t(`senders.${ready}`)}</Badge>
          )}
        </div>
        {sender && (
          <div data-tone={used >= all ? 'red' : 'blue'} className="mt-1.5">
            <Bar share={all > 0 ? used / all : 1} className="h-1.5!" />
          </div>
        )}
        <p className="tabular mt-1 truncate text-xs text-subtle">
          {[
            t('load.sent', { count: stats?.counts.sent ?? 0 }),
            t('load.replied', { count: stats?.counts.replied ?? 0 }),
            (stats?.waiting ?? 0) > 0 && t('load.waiting', { count: stats?.waiting ?? 0 }),
            left && t('load.left', { left: num(left.messages), all: num(all) }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </div>
      {onHold && (
        <IconButton
          label={t(held ? 'load.go' : 'load.hold', { name })}
          onClick={onHold}
          className="any-pointer-coarse:size-10!"
        >
          {held ? <Play size={15} /> : <Pause size={15} />}
        </IconButton>
      )}
    </li>
  )
}
