import { useQuery } from '@tanstack/react-query'
import { Filter } from 'lucide-react'
import { Drawer } from '@/shared/ui/drawer'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { Skeleton } from '@/shared/ui/skeleton'
import { type BoardQuery, boardOptions } from './api'
import { funnelOf } from './funnel'
import { toneOfStage } from './model'
import { toMajor } from './money'
import { StageDot } from './stage-dot'
import { useTools } from './tools'

/** How far deals come: a bar for each stage, and what part goes on to the next. */
export default function FunnelDrawer({
  pipelineId,
  query,
  onClose,
}: {
  pipelineId: string
  query: BoardQuery
  onClose: () => void
}) {
  const { t, fmt } = useTools()
  const q = useQuery(boardOptions(pipelineId, query))
  const steps = q.data ? funnelOf(q.data) : []
  const first = steps[0]?.reached ?? 0
  const currency = q.data?.pipeline.currency ?? 'EUR'
  return (
    <Drawer
      open
      reading
      title={t('funnel.title')}
      description={q.data?.pipeline.name}
      onOpenChange={(o) => !o && onClose()}
    >
      {q.error && !q.data ? (
        <ErrorState error={q.error} onRetry={() => void q.refetch()} />
      ) : !q.data ? (
        <div aria-busy className="flex flex-col gap-5">
          {['w-full', 'w-3/4', 'w-1/2', 'w-1/3'].map((w) => (
            <div key={w} className="flex flex-col gap-2">
              <Skeleton className="h-3.5 w-28" />
              <Skeleton className={`h-6 ${w}`} />
            </div>
          ))}
        </div>
      ) : first === 0 ? (
        <EmptyState icon={Filter} tone="gray" title={t('funnel.empty')} />
      ) : (
        <>
          <ol aria-label={t('funnel.title')} className="flex flex-col gap-4">
            {steps.map(({ stage, here, reached, conversion, minor }) => (
              <li key={stage.id}>
                <div className="flex items-baseline gap-2 text-sm">
                  <span className="flex min-w-0 items-center gap-2 self-center">
                    <StageDot color={stage.color} />
                    <span className="truncate font-medium">{stage.name}</span>
                  </span>
                  <span className="tabular ml-auto font-semibold">{fmt.num(reached)}</span>
                  <span className="tabular w-14 shrink-0 text-right text-xs text-subtle">
                    {conversion === null ? '' : fmt.percent(Math.round(conversion * 100) / 100)}
                    {conversion !== null && <span className="sr-only"> {t('funnel.ofBefore')}</span>}
                  </span>
                </div>
                <div className="mt-1.5 h-6 overflow-hidden rounded-md bg-active" aria-hidden>
                  <div
                    data-tone={toneOfStage(stage.color)}
                    className="h-full min-w-1 rounded-md bg-tone-solid"
                    style={{ width: `${(reached / first) * 100}%` }}
                  />
                </div>
                <p className="tabular mt-1 text-xs text-subtle">
                  {t('funnel.here', { count: here })}
                  {minor > 0 && ` · ${fmt.money(toMajor(minor, currency), currency, true)}`}
                </p>
              </li>
            ))}
          </ol>
          <p className="mt-5 text-xs text-subtle">{t('funnel.hint')}</p>
        </>
      )}
    </Drawer>
  )
}
