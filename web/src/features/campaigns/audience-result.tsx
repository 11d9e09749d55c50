import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { UserX } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/shared/session/use-format'
import { Avatar } from '@/shared/ui/avatar'
import { Button } from '@/shared/ui/button'
import { ErrorState } from '@/shared/ui/error-state'
import { Notice } from '@/shared/ui/notice'
import { Skeleton } from '@/shared/ui/skeleton'
import { audienceOptions } from './api'
import { Bar } from './parts'
import type { Audience, AudiencePreview } from './types'

const FEW = 5
type ResultProps = { id: string; audience: Audience; waiting: boolean }
/** How many it is for right now, and why others are left out. */
export function AudienceResult({ id, audience, waiting }: ResultProps) {
  const { t } = useTranslation('campaigns')
  const { num } = useFormat()
  const { source } = audience
  const chosen = source.kind === 'view' ? source.viewId : source.kind === 'import' ? source.importId : 'any'
  const q = useQuery({ ...audienceOptions(id, audience), enabled: chosen !== '' })
  if (chosen === '') return null
  if (q.error && !q.data) return <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
  const p = q.data
  const stale = waiting || q.isPlaceholderData
  if (!p) return <ResultSkeleton />
  const about = p.isEstimate || p.looked < p.count
  return (
    <div aria-busy={stale} className="flex flex-col gap-4 rounded-lg bg-sunken p-4">
      {p.eligible === 0 && !stale ? (
        <Notice kind="warning" icon={UserX} title={t('audience.nobody')}>
          {t(p.count > 0 ? 'audience.allExcluded' : 'audience.nobodyText')}
        </Notice>
      ) : (
        <p className="flex flex-wrap items-baseline gap-x-2" aria-live="polite">
          <span className="tabular text-2xl font-semibold tracking-[-0.02em]" data-testid="eligible">
            {about ? '≈ ' : ''}
            {num(p.eligible)}
          </span>
          <span className="text-sm text-muted">{t('audience.of', { count: p.count, all: num(p.count) })}</span>
        </p>
      )}
      {p.exclusions.length > 0 && <Why preview={p} />}
      {p.sample.length > 0 && <Sample preview={p} />}
    </div>
  )
}

function Why({ preview: p }: { preview: AudiencePreview }) {
  const { t } = useTranslation('campaigns')
  const { num } = useFormat()
  const most = Math.max(1, p.looked, p.count)
  return (
    <div>
      <h3 className="text-xs font-medium text-subtle">{t('audience.why')}</h3>
      <ul className="mt-2 flex flex-col gap-2">
        {p.exclusions.map((x) => (
          <li
            key={x.code}
            data-tone="amber"
            className="grid grid-cols-[minmax(0,1fr)_64px_auto] items-center gap-3 text-sm"
          >
            <span className="min-w-0">{x.message}</span>
            <Bar share={x.count / most} className="h-1.5!" />
            <span className="tabular min-w-8 text-right font-medium">{num(x.count)}</span>
          </li>
        ))}
      </ul>
      {p.looked < p.count && <p className="mt-2 text-xs text-subtle">{t('audience.looked', { count: p.looked })}</p>}
    </div>
  )
}

function Sample({ preview: p }: { preview: AudiencePreview }) {
  const { t } = useTranslation('campaigns')
  const [all, setAll] = useState(false)
  const shown = all ? p.sample : p.sample.slice(0, FEW)
  return (
    <div>
      <h3 className="text-xs font-medium text-subtle">{t('audience.sample')}</h3>
      <ul className="mt-2 flex flex-col gap-1">
        {shown.map((s) => (
          <li key={s.id} className="flex min-h-7 min-w-0 items-center gap-2 text-sm">
            <Avatar name={s.name} size={20} />
            <Link to="/contacts/$id" params={{ id: s.id }} className="min-w-0 truncate font-medium hover:underline">
              {s.name}
            </Link>
            {s.company && <span className="min-w-0 truncate text-subtle max-sm:hidden">{s.company}</span>}
            {s.excluded[0] && (
              <span data-tone="amber" className="ml-auto min-w-0 truncate text-xs text-tone-fg">
                {s.excluded[0].message}
              </span>
            )}
          </li>
        ))}
      </ul>
      {p.sample.length > FEW && !all && (
        <Button size="xs" variant="ghost" className="mt-1" onClick={() => setAll(true)}>
          {t('audience.more', { count: p.sample.length - FEW })}
        </Button>
      )}
    </div>
  )
}

function ResultSkeleton() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-busy aria-label={t('ui.loading')} className="flex flex-col gap-3 rounded-lg bg-sunken p-4">
      <Skeleton className="h-8 w-40" />
      <Skeleton className="h-3.5 w-3/4" />
      <Skeleton className="h-3.5 w-2/3" />
      <Skeleton className="h-3.5 w-1/2" />
    </div>
  )
}
