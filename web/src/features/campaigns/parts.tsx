import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { useFormat } from '@/shared/session/use-format'
import { Badge } from '@/shared/ui/badge'
import { CAUSE_TONE, ENROLMENT_TONE, STATE_TONE, stopsOf } from './model'
import type { Campaign, Enrolment, StopCause } from './types'

export function StateBadge({ campaign: c }: { campaign: Pick<Campaign, 'state'> }) {
  const { t } = useTranslation('campaigns')
  return (
    <Badge tone={STATE_TONE[c.state]} dot className="shrink-0">
      {t(`state.${c.state}`)}
    </Badge>
  )
}
/** Where a contact stands, and why it ended. */
export function EnrolmentBadge({ enrolment: e }: { enrolment: Pick<Enrolment, 'state' | 'cause' | 'held'> }) {
  const { t } = useTranslation('campaigns')
  const ended = e.state === 'stopped' && e.cause
  const tone = ended ? CAUSE_TONE[ended] : e.held ? 'amber' : ENROLMENT_TONE[e.state]
  return (
    <Badge tone={tone} dot className="shrink-0">
      {ended ? t(`cause.${ended}`) : e.held ? t('held') : t(`enrolment.${e.state}`)}
    </Badge>
  )
}

/** Why contacts are no longer on the way: one line, its parts told beside it. */
export function StopBar({ stops, all }: { stops: Partial<Record<StopCause, number>>; all?: boolean }) {
  const { t } = useTranslation('campaigns')
  const { num } = useFormat()
  const parts = stopsOf(stops)
  const total = parts.reduce((n, p) => n + p.count, 0)
  if (total === 0) return <span className="text-xs text-subtle">{t('noStops')}</span>
  const told = all ? parts : parts.slice(0, 2)
  return (
    <div className="min-w-0">
      <div aria-hidden className="flex h-1.5 w-full gap-px overflow-hidden rounded-full">
        {parts.map((p) => (
          <span
            key={p.cause}
            data-tone={CAUSE_TONE[p.cause]}
            className="h-full min-w-0.5 bg-tone-solid"
            style={{ width: `${(p.count / total) * 100}%` }}
          />
        ))}
      </div>
      <ul className={cn('mt-1.5 text-xs', all ? 'grid gap-1.5 sm:grid-cols-2' : 'flex min-w-0 gap-3')}>
        {told.map((p) => (
          <li key={p.cause} data-tone={CAUSE_TONE[p.cause]} className="flex min-w-0 items-center gap-1.5">
            <span aria-hidden className="size-1.5 shrink-0 rounded-full bg-tone-solid" />
            <span className="min-w-0 truncate text-muted">{t(`cause.${p.cause}`)}</span>
            <span className={cn('tabular', all && 'ml-auto')}>{num(p.count)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** A number with what it is. */
export function Fact({ label, value, note }: { label: string; value: ReactNode; note?: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="truncate text-xs text-subtle">{label}</dt>
      <dd className="tabular mt-0.5 truncate text-lg font-semibold tracking-[-0.02em]">{value}</dd>
      {note && <dd className="tabular truncate text-xs text-subtle">{note}</dd>}
    </div>
  )
}
/** A share as a bar, with a name for those who cannot see it. */
export function Bar({ share, className }: { share: number; className?: string }) {
  return (
    <span aria-hidden className={cn('block h-2 w-full overflow-hidden rounded-full bg-active', className)}>
      <span className="block h-full rounded-full bg-tone-solid" style={{ width: `${Math.min(1, share) * 100}%` }} />
    </span>
  )
}
