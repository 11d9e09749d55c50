import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import {
  Ban,
  CalendarX2,
  Check,
  CircleAlert,
  CirclePause,
  CircleStop,
  Clock,
  Eye,
  Flag,
  type LucideIcon,
  MoveRight,
  Play,
  Reply,
  Send,
  SquareCheckBig,
  Trophy,
  Undo2,
  UserPlus,
} from 'lucide-react'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { dayOf } from '@/shared/lib/dates'
import { useSession } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Button } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { Skeleton } from '@/shared/ui/skeleton'
import type { Tone } from '@/shared/ui/tone'
import { logOptions } from './api'
import { CAUSES, pauseOf } from './model'
import { liveSteps } from './steps-model'
import type { Campaign, LogItem, LogKind } from './types'

const LOOK: Record<LogKind, { icon: LucideIcon; tone: Tone }> = {
  started: { icon: Play, tone: 'green' },
  not_started: { icon: CalendarX2, tone: 'red' },
  through: { icon: Flag, tone: 'green' },
  called_back: { icon: Undo2, tone: 'amber' },
  won: { icon: Trophy, tone: 'violet' },
  enrolled: { icon: UserPlus, tone: 'sky' },
  queued: { icon: Clock, tone: 'gray' },
  sent: { icon: Send, tone: 'blue' },
  read: { icon: Eye, tone: 'blue' },
  replied: { icon: Reply, tone: 'green' },
  failed: { icon: CircleAlert, tone: 'red' },
  stopped: { icon: CircleStop, tone: 'gray' },
  finished: { icon: Flag, tone: 'green' },
  paused: { icon: CirclePause, tone: 'amber' },
  refused: { icon: Ban, tone: 'amber' },
  task: { icon: SquareCheckBig, tone: 'teal' },
  moved: { icon: MoveRight, tone: 'violet' },
}

/** What happens, as it happens: new lines come by themselves. */
export default function LogTab({ campaign: c }: { campaign: Campaign }) {
  const { t } = useTranslation('campaigns')
  const { user } = useSession()
  const { day } = useFormat()
  const q = useInfiniteQuery(logOptions(c.id))
  const steps = liveSteps(c.steps)
  const items = q.data?.pages.flatMap((p) => p.items) ?? []
  const days = new Map<string, LogItem[]>()
  for (const i of items) {
    const key = dayOf(i.at, user.timeZone)
    days.set(key, [...(days.get(key) ?? []), i])
  }
  return (
    <section aria-label={t('tab.log')} className="overflow-hidden rounded-lg bg-card shadow-card">
      {q.isPending ? (
        <Rows />
      ) : q.error && !q.data ? (
        <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
      ) : items.length === 0 ? (
        <EmptyState icon={Clock} tone="gray" title={t('log.empty')} text={t('log.emptyText')} />
      ) : (
        [...days].map(([d, all]) => (
          <div key={d}>
            <h2 className="sticky top-0 z-1 bg-sunken px-4 py-1.5 text-xs font-medium text-subtle">
              {day(all[0]?.at ?? '')}
            </h2>
            <ol>
              {all.map((i) => (
                <Line
                  key={i.id}
                  item={i}
                  step={steps.findIndex((s) => s.id === i.stepId) + 1}
                  variant={variantName(c, i)}
                />
              ))}
            </ol>
          </div>
        ))
      )}
      {q.hasNextPage && (
        <div className="flex justify-center border-t border-line py-3">
          <Button size="md" busy={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>
            {t('older')}
          </Button>
        </div>
      )}
    </section>
  )
}
function variantName(c: Campaign, i: LogItem): string | null {
  const step = c.steps.find((s) => s.id === i.stepId)
  if (step?.action.kind !== 'message' || step.action.variants.length < 2) return null
  return step.action.variants.find((v) => v.id === i.variantId)?.name ?? null
}

/** Why; of a task its title. */
function useWhy({ kind, code, message }: LogItem): string | null {
  const { t } = useTranslation('campaigns')
  if (kind === 'task') return code
  const cause = CAUSES.find((c) => c === code)
  if (cause) return t(`cause.${cause}`)
  const pause = kind === 'paused' ? pauseOf(code) : null
  return message ?? (pause && t(`paused.${pause}`))
}

type LineProps = { item: LogItem; step: number; variant: string | null }
const Line = memo(function Line({ item: i, step, variant }: LineProps) {
  const { t } = useTranslation('campaigns')
  const { time, dateTime } = useFormat()
  const many = i.kind === 'enrolled' && !i.contact ? Number(i.code) : 0
  const look = LOOK[i.kind] ?? { icon: Check, tone: 'gray' }
  const detail = [
    step > 0 && t('target.step', { n: step }),
    variant && t('variants.named', { name: variant }),
    useWhy(i),
  ].filter(Boolean)
  return (
    <li className="flex min-h-12 items-center gap-3 border-b border-line-soft px-4 py-1.5 last:border-0">
      <span data-tone={look.tone} className="grid size-7 shrink-0 place-items-center rounded-full bg-tone text-tone-fg">
        <look.icon size={14} strokeWidth={1.9} aria-hidden />
      </span>
      <div className="min-w-0 flex-1">
        <p className="truncate text-sm">
          {i.contact && (
            <Link to="/contacts/$id" params={{ id: i.contact.id }} className="font-medium hover:underline">
              {i.contact.name}
            </Link>
          )}{' '}
          <span className="text-muted">{many > 0 ? t('log.enrolledMany', { count: many }) : t(`log.${i.kind}`)}</span>
        </p>
        {detail.length > 0 && <p className="truncate text-xs text-subtle">{detail.join(' · ')}</p>}
      </div>
      {i.chatId && (
        <Link
          to="/inbox/$chatId"
          params={{ chatId: i.chatId }}
          className="inline-flex min-h-6 shrink-0 items-center text-xs text-accent-text hover:underline any-pointer-coarse:min-h-10"
        >
          {t('log.open')}
          <span className="sr-only">: {i.contact?.name}</span>
        </Link>
      )}
      <time dateTime={i.at} title={dateTime(i.at)} className="tabular shrink-0 text-xs text-subtle">
        {time(i.at)}
      </time>
    </li>
  )
})

function Rows() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-busy aria-label={t('ui.loading')}>
      {['w-48', 'w-40', 'w-56', 'w-44', 'w-52'].map((w) => (
        <div key={w} className="flex min-h-12 items-center gap-3 border-b border-line-soft px-4 last:border-0">
          <Skeleton className="size-7 rounded-full!" />
          <Skeleton className={`h-3.5 ${w}`} />
        </div>
      ))}
    </div>
  )
}
