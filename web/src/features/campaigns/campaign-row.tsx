import { Link } from '@tanstack/react-router'
import { memo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Sparkline } from '@/shared/charts/charts'
import { useFormat } from '@/shared/session/use-format'
import { Avatar } from '@/shared/ui/avatar'
import { ProgressBar } from '@/shared/ui/progress'
import { Skeleton } from '@/shared/ui/skeleton'
import { isOpen, progressOf, replyRate, sparkOf } from './model'
import { StateBadge, StopBar } from './parts'
import type { Campaign } from './types'

/** One grid for the head and the rows; on narrow screens a row is a card whose parts say what they are. */
const grid = 'lg:grid lg:grid-cols-[minmax(0,1fr)_168px_112px_minmax(180px,220px)_112px] lg:items-center lg:gap-6'

export function ListHead() {
  const { t } = useTranslation('campaigns')
  return (
    <div aria-hidden className={`${grid} hidden px-5 text-xs font-medium text-subtle`}>
      <span>{t('column.campaign')}</span>
      <span>{t('column.progress')}</span>
      <span>{t('column.replies')}</span>
      <span>{t('column.stops')}</span>
      <span>{t('column.days')}</span>
    </div>
  )
}

export const CampaignRow = memo(function CampaignRow({ campaign: c }: { campaign: Campaign }) {
  const { t } = useTranslation('campaigns')
  const { num, percent } = useFormat()
  const open = isOpen(c)
  const rate = replyRate(c.totals)
  const spark = sparkOf(c.days, 'sent')
  return (
    <li
      className={`${grid} relative flex flex-col gap-3 rounded-lg bg-card p-4 shadow-card hover:shadow-card-hover lg:px-5 lg:py-3.5`}
    >
      <div className="min-w-0">
        <div className="flex min-w-0 items-center gap-2">
          <h2 className="min-w-0 truncate text-base font-semibold">
            <Link
              data-row
              to="/campaigns/$id"
              params={{ id: c.id }}
              className="outline-none after:absolute after:inset-0 after:rounded-lg focus-visible:after:outline-2"
            >
              {c.name}
            </Link>
          </h2>
          <StateBadge campaign={c} />
        </div>
        <p className="mt-1 flex min-w-0 items-center gap-1.5 text-xs text-subtle">
          {c.owner && (
            <>
              <Avatar name={c.owner.name} size={16} />
              <span className="truncate">{c.owner.name}</span>
              <span aria-hidden>·</span>
            </>
          )}
          <span className="shrink-0">
            <When campaign={c} />
          </span>
        </p>
      </div>
      <Cell label={t('column.progress')} hidden={open}>
        {c.totals.enrolled > 0 ? (
          <>
            <ProgressBar value={progressOf(c)} label={t('progressOf', { name: c.name })} />
            <p className="tabular mt-1.5 text-xs text-subtle">
              {t('progress', { done: num(c.totals.finished + c.totals.stopped), all: num(c.totals.enrolled) })}
            </p>
          </>
        ) : (
          <span className="text-xs text-subtle">{c.enrolling ? t('enrolling') : '—'}</span>
        )}
      </Cell>
      <Cell label={t('column.replies')} hidden={open}>
        <p className="tabular text-base font-semibold">{rate === null ? '—' : percent(rate)}</p>
        {rate !== null && <p className="tabular text-xs text-subtle">{t('replies', { count: c.totals.replied })}</p>}
      </Cell>
      <Cell label={t('column.stops')} hidden={open}>
        <StopBar stops={c.stops} />
      </Cell>
      <div className="max-lg:hidden">{spark && <Sparkline values={spark} tone="blue" />}</div>
    </li>
  )
})
/** On a phone only what there is to say. */
function Cell({ label, hidden, children }: { label: string; hidden: boolean; children: ReactNode }) {
  return (
    <div className={hidden ? 'max-lg:hidden' : 'min-w-0'}>
      <p className="mb-1 text-xs text-subtle lg:sr-only">{label}</p>
      {hidden ? <span className="text-xs text-subtle">—</span> : children}
    </div>
  )
}

function When({ campaign: c }: { campaign: Campaign }) {
  const { t } = useTranslation('campaigns')
  const { ago, dateTime, dayMonth } = useFormat()
  if (c.state === 'scheduled' && c.startsAt) return t('when.starts', { at: dateTime(c.startsAt) })
  if (c.state === 'finished' && c.finishedAt) return t('when.finished', { at: dayMonth(c.finishedAt) })
  if (c.startedAt) return t('when.started', { at: dayMonth(c.startedAt) })
  return t('when.changed', { ago: ago(c.updatedAt) })
}

export function RowsSkeleton() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-busy aria-label={t('ui.loading')} className="flex flex-col gap-2 lg:mt-7">
      {['w-48', 'w-36', 'w-56', 'w-40'].map((w) => (
        <div key={w} className={`${grid} flex flex-col gap-3 rounded-lg bg-card p-4 shadow-card lg:px-5 lg:py-3.5`}>
          <div className="flex flex-col gap-2">
            <Skeleton className={`h-4.5 ${w}`} />
            <Skeleton className="h-3.5 w-32" />
          </div>
          <Skeleton className="h-5" />
          <Skeleton className="h-7 w-14" />
          <Skeleton className="h-6" />
          <Skeleton className="h-7 max-lg:hidden" />
        </div>
      ))}
    </div>
  )
}
