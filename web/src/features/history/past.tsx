import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { FileJson } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/shared/session/use-format'
import { Button } from '@/shared/ui/button'
import { ErrorState } from '@/shared/ui/error-state'
import { Skeleton } from '@/shared/ui/skeleton'
import { type ImportRow, importsOptions } from './api'
import { StatusBadge } from './status-badge'

/** What was brought before, the newest first: the way to take it back. */
export function Past() {
  const { t } = useTranslation('history')
  const q = useInfiniteQuery(importsOptions())
  const items = q.data?.pages.flatMap((p) => p.items) ?? []
  return (
    <section aria-labelledby="past-imports" className="min-w-0">
      <h2 id="past-imports" className="mb-2 px-1 text-sm font-semibold">
        {t('past.title')}
      </h2>
      <div className="overflow-hidden rounded-lg bg-card shadow-card">
        {q.isPending ? (
          <Waiting />
        ) : q.error && !q.data ? (
          <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} className="py-8!" />
        ) : items.length === 0 ? (
          <p className="px-4 py-8 text-center text-sm text-balance text-subtle">{t('past.empty')}</p>
        ) : (
          <ul>
            {items.map((im) => (
              <Row key={im.id} im={im} />
            ))}
          </ul>
        )}
      </div>
      {q.hasNextPage && (
        <div className="mt-3 flex justify-center">
          <Button onClick={() => void q.fetchNextPage()} busy={q.isFetchingNextPage}>
            {t('past.more')}
          </Button>
        </div>
      )}
    </section>
  )
}

function Row({ im }: { im: ImportRow }) {
  const { t } = useTranslation('history')
  const { ago } = useFormat()
  const outcome =
    im.status === 'ready'
      ? t('past.notStarted')
      : im.status === 'completed'
        ? t('past.brought', { count: im.messagesNew })
        : im.status === 'running'
          ? t('run.messages', { count: im.messagesDone, total: im.messagesTotal })
          : null
  return (
    <li className="relative flex min-h-14 items-center gap-3 border-b border-line-soft px-4 py-2.5 last:border-0 hover:bg-row-hover">
      <FileJson size={17} strokeWidth={1.6} aria-hidden className="shrink-0 text-subtle" />
      <span className="min-w-0 flex-1">
        <Link
          to="/import/chats/$id"
          params={{ id: im.id }}
          className="block truncate text-sm font-medium outline-none after:absolute after:inset-0 after:outline-offset-[-2px] focus-visible:after:outline-2"
        >
          {im.fileName}
        </Link>
        <span className="block truncate text-xs text-subtle">
          {[ago(im.createdAt), outcome].filter(Boolean).join(' · ')}
        </span>
      </span>
      <StatusBadge status={im.status} />
    </li>
  )
}

function Waiting() {
  const { t } = useTranslation()
  return (
    <div aria-busy role="status" aria-label={t('ui.loading')} className="flex flex-col">
      {['w-40', 'w-56', 'w-48'].map((w) => (
        <span key={w} className="flex h-14 items-center gap-3 border-b border-line-soft px-4 last:border-0">
          <Skeleton className="size-5" />
          <Skeleton className={`h-3.5 ${w}`} />
          <Skeleton className="ml-auto h-5 w-20" />
        </span>
      ))}
    </div>
  )
}
