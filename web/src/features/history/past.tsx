import { useQueries } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { FileJson } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChatImport } from '@/api/gen/types.gen'
import { isApiError } from '@/shared/api/errors'
import { useSession } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { ErrorState } from '@/shared/ui/error-state'
import { Skeleton } from '@/shared/ui/skeleton'
import { importOptions } from './api'
import { dropRecent, recentIds } from './recent'
import { StatusBadge } from './status-badge'

const isGone = (e: unknown) => isApiError(e) && e.status === 404

/** What was brought from this device, the newest first: the way to take it back. */
export function Past() {
  const { t } = useTranslation('history')
  const { organization } = useSession()
  const [ids] = useState(() => recentIds(organization.id))
  const asked = useQueries({ queries: ids.map((id) => importOptions(id)) })
  const gone = ids.filter((_, i) => isGone(asked[i]?.error)).join()
  useEffect(() => {
    for (const id of gone.split(',')) dropRecent(organization.id, id)
  }, [gone, organization.id])
  const items = asked.flatMap(({ data, error }) => (data && !isGone(error) ? [data] : []))
  const failed = asked.find((q) => q.error && !q.data && !isGone(q.error))
  return (
    <section aria-labelledby="past-imports" className="min-w-0">
      <h2 id="past-imports" className="mb-2 px-1 text-sm font-semibold">
        {t('past.title')}
      </h2>
      <div className="overflow-hidden rounded-lg bg-card shadow-card">
        {asked.some((q) => q.isPending) ? (
          <Waiting />
        ) : failed ? (
          <ErrorState
            error={failed.error}
            onRetry={() => void Promise.all(asked.map((q) => q.refetch()))}
            busy={failed.isFetching}
            className="py-8!"
          />
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
    </section>
  )
}

function Row({ im }: { im: ChatImport }) {
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
      {['w-40', 'w-56'].map((w) => (
        <span key={w} className="flex h-14 items-center gap-3 border-b border-line-soft px-4 last:border-0">
          <Skeleton className="size-5" />
          <Skeleton className={`h-3.5 ${w}`} />
          <Skeleton className="ml-auto h-5 w-20" />
        </span>
      ))}
    </div>
  )
}
