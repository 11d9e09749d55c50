import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { FileJson } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { ListedChatImport } from '@/api/gen/types.gen'
import { useSession } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Button } from '@/shared/ui/button'
import { ErrorState } from '@/shared/ui/error-state'
import { Skeleton } from '@/shared/ui/skeleton'
import { listOptions } from './api'
import { StatusBadge } from './status-badge'

/** What was brought before, the newest first: the way back to one that was left, and to take it back. */
export function Past() {
  const { t } = useTranslation('history')
  const q = useInfiniteQuery(listOptions())
  const items = q.data?.pages.flatMap((p) => p.items) ?? []
  return (
    <section aria-labelledby="past-imports" className="min-w-0">
      <h2 id="past-imports" className="mb-2 px-1 text-sm font-semibold">
        {t('past.title')}
      </h2>
      <div className="overflow-hidden rounded-lg bg-card shadow-card">
        {q.isPending ? (
          <Waiting />
        ) : q.isError && !q.data ? (
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

function Row({ im }: { im: ListedChatImport }) {
  const { t } = useTranslation('history')
  const { user } = useSession()
  const { ago } = useFormat()
  const outcome =
    im.status === 'ready'
      ? t('past.notStarted')
      : im.status === 'completed'
        ? t('past.brought', { count: im.messagesNew })
        : im.status === 'running' && im.messagesTotal > 0
          ? t('run.messages', { count: im.messagesDone, total: im.messagesTotal })
          : null
  const by = im.createdBy === user.id ? null : im.createdByName
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
          {[ago(im.createdAt), by, im.account?.name, outcome].filter(Boolean).join(' · ')}
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
          <span className="flex flex-col gap-1.5">
            <Skeleton className={`h-3.5 ${w}`} />
            <Skeleton className="h-3 w-28" />
          </span>
          <Skeleton className="ml-auto h-5 w-20" />
        </span>
      ))}
    </div>
  )
}
