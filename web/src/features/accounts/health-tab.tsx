import { useInfiniteQuery } from '@tanstack/react-query'
import {
  CircleAlert,
  CircleCheck,
  History,
  Hourglass,
  Info,
  KeyRound,
  type LucideIcon,
  Plug,
  Settings,
  ShieldAlert,
  Unplug,
} from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/shared/session/use-format'
import { Button } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { HealthRing } from '@/shared/ui/health-ring'
import { ProgressBar } from '@/shared/ui/progress'
import { Section } from '@/shared/ui/section'
import { Skeleton } from '@/shared/ui/skeleton'
import type { Tone } from '@/shared/ui/tone'
import { healthOptions } from './api'
import type { Account } from './types'

const LOOK: Record<string, [LucideIcon, Tone]> = {
  connect_started: [KeyRound, 'gray'],
  code_sent: [KeyRound, 'gray'],
  password_required: [KeyRound, 'gray'],
  signed_in: [CircleCheck, 'green'],
  sign_in_failed: [CircleAlert, 'amber'],
  imported: [CircleCheck, 'green'],
  online: [Plug, 'green'],
  offline: [Unplug, 'gray'],
  reconnecting: [Unplug, 'amber'],
  flood_wait: [Hourglass, 'amber'],
  peer_flood: [ShieldAlert, 'amber'],
  restricted: [ShieldAlert, 'red'],
  session_revoked: [Unplug, 'red'],
  failed: [CircleAlert, 'red'],
  disconnected: [Unplug, 'gray'],
  limit_reached: [Hourglass, 'amber'],
  config_updated: [Settings, 'gray'],
  sync_completed: [History, 'green'],
  sync_failed: [History, 'red'],
}
const lookOf = (kind: string): [LucideIcon, Tone] => LOOK[kind] ?? [Info, 'gray']
const WHOLE = 100
/** Why the score is what it is, and what has happened. */
export default function HealthTab({ account: a }: { account: Account }) {
  const { t } = useTranslation('accounts')
  const { dateTime } = useFormat()
  const q = useInfiniteQuery(healthOptions(a.id))
  const items = q.data?.pages.flatMap((p) => p.items) ?? []
  return (
    <>
      <Section title={t('health.title')} text={t('health.text')}>
        <div className="flex items-start gap-4">
          <HealthRing score={a.health.score} label={t('health.score', { score: a.health.score })} size={56} />
          {a.health.reasons.length === 0 ? (
            <p className="my-auto text-sm text-muted">{t('health.fine')}</p>
          ) : (
            <ul className="flex min-w-0 flex-1 flex-col gap-3">
              {a.health.reasons.map((r) => (
                <li key={r.code}>
                  <div className="flex items-baseline gap-2 text-sm">
                    <span className="min-w-0 flex-1">{r.text}</span>
                    <span className="tabular text-xs text-subtle">−{r.weight}</span>
                  </div>
                  <ProgressBar value={r.weight / WHOLE} label={r.text} className="mt-1" />
                </li>
              ))}
            </ul>
          )}
        </div>
      </Section>
      <Section title={t('health.timeline')} flush>
        {q.isPending ? (
          <div className="p-4">
            <Skeleton className="h-28" />
          </div>
        ) : q.error && items.length === 0 ? (
          <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
        ) : items.length === 0 ? (
          <EmptyState
            icon={CircleCheck}
            tone="green"
            title={t('health.nothing')}
            className="border-t border-line-soft"
          />
        ) : (
          <ol className="border-t border-line">
            {items.map((e) => {
              const [Icon, tone] = lookOf(e.kind)
              return (
                <li
                  key={e.id}
                  className="flex items-center gap-3 border-b border-line-soft px-4 py-2.5 last:border-0 md:px-5"
                >
                  <span
                    data-tone={tone}
                    className="grid size-7 shrink-0 place-items-center rounded-full bg-tone text-tone-fg"
                  >
                    <Icon size={14} aria-hidden />
                  </span>
                  <span className="min-w-0 flex-1 text-sm break-words">{e.text}</span>
                  <time dateTime={e.at} className="tabular shrink-0 text-xs text-subtle">
                    {dateTime(e.at)}
                  </time>
                </li>
              )
            })}
          </ol>
        )}
        {q.hasNextPage && (
          <div className="flex justify-center border-t border-line py-3">
            <Button size="md" busy={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>
              {t('older')}
            </Button>
          </div>
        )}
      </Section>
    </>
  )
}
