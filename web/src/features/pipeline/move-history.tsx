import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Bot, MoveRight, Plus } from 'lucide-react'
import type { StageMove } from '@/api/gen/types.gen'
import { Avatar } from '@/shared/ui/avatar'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { Skeleton } from '@/shared/ui/skeleton'
import { historyOptions } from './api'
import { duration } from './duration'
import { StageDot } from './stage-dot'
import { type Tools, useTools } from './tools'

/** Every change of stage, newest first: from where to where, by whom, why, and how long it had stood. */
export function MoveHistory({ of, id }: { of: 'deal' | 'stage'; id: string }) {
  const tools = useTools()
  const q = useInfiniteQuery(historyOptions(of, id))
  if (q.isPending)
    return (
      <div className="flex flex-col gap-4" aria-busy>
        {['w-3/4', 'w-2/3', 'w-1/2'].map((w) => (
          <Skeleton key={w} className={`h-9 ${w}`} />
        ))}
      </div>
    )
  if (q.error) return <ErrorState error={q.error} onRetry={() => void q.refetch()} className="py-6!" />
  const moves = q.data.pages.flatMap((p) => p.items)
  if (moves.length === 0)
    return <EmptyState icon={MoveRight} tone="gray" title={tools.t('history.empty')} className="py-6!" />
  return (
    <ol className="flex flex-col gap-4">
      {moves.map((m) => (
        <Entry key={m.id} move={m} tools={tools} withDeal={of === 'stage'} />
      ))}
      {q.hasNextPage && (
        <li className="flex justify-center">
          <Button busy={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>
            {tools.t('history.more')}
          </Button>
        </li>
      )}
    </ol>
  )
}

type EntryProps = { move: StageMove; tools: Tools; withDeal: boolean }
function Entry({ move: m, tools: { t, fmt }, withDeal }: EntryProps) {
  const who = m.movedBy?.name ?? t('history.system')
  return (
    <li className="flex gap-3 text-sm">
      {m.movedBy && !m.autoMoved ? (
        <Avatar name={who} size={24} />
      ) : (
        <span className="grid size-6 shrink-0 place-items-center rounded-full bg-active text-muted">
          <Bot size={14} aria-hidden />
        </span>
      )}
      <div className="min-w-0 flex-1">
        {withDeal && (
          <Link to="/deals/$id" params={{ id: m.dealId }} className="block truncate font-semibold hover:underline">
            {m.dealTitle}
          </Link>
        )}
        <p className="flex flex-wrap items-center gap-1.5 font-medium">
          {m.from ? (
            <>
              <StageDot color={m.from.color} />
              <span>{m.from.name}</span>
              <MoveRight size={13} className="text-subtle" aria-label={t('history.to')} />
            </>
          ) : (
            <Plus size={13} className="text-subtle" aria-label={t('history.created')} />
          )}
          <StageDot color={m.to.color} />
          <span>{m.to.name}</span>
          {m.autoMoved && <Badge tone="violet">{t('history.auto')}</Badge>}
        </p>
        <p className="mt-0.5 text-xs text-subtle">
          {who} · {t(`history.cause.${m.cause}`)} · <time dateTime={m.movedAt}>{fmt.dateTime(m.movedAt)}</time>
        </p>
        {m.from && m.secondsInFrom !== null && (
          <p className="text-xs text-subtle">
            {t('history.stood', { stage: m.from.name, time: duration(m.secondsInFrom, t) })}
          </p>
        )}
        {m.reason && <p className="mt-1 rounded-md bg-sunken px-2 py-1 break-words">{m.reason}</p>}
      </div>
    </li>
  )
}
