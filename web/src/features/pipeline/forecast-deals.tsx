import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Deal, Pipeline } from '@/api/gen/types.gen'
import { useCan } from '@/shared/session/session'
import { Avatar, CompanyLogo } from '@/shared/ui/avatar'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { ErrorState } from '@/shared/ui/error-state'
import { Input } from '@/shared/ui/input'
import { Skeleton } from '@/shared/ui/skeleton'
import { toast } from '@/shared/ui/toast'
import { api, dealsOptions, refreshBoards } from './api'
import { dealsIn, type Part } from './forecast'
import { todayHere, toneOfStage } from './model'
import { toMajor } from './money'
import { dealsQuery } from './questions'
import type { PipelineSearch } from './search-params'
import { useTools } from './tools'

type ListProps = {
  when: Part['when']
  count: number
  pipeline: Pipeline
  search: PipelineSearch
  onOpen: (id: string) => void
}
/** The deals of one month; a day that is changed takes the deal to another one. */
export default function ForecastDeals({ when, count, pipeline, search, onOpen }: ListProps) {
  const { t } = useTools()
  const { owner, rotting, filter } = search
  const query = useMemo(
    () => dealsQuery(pipeline.id, { owner, rotting, filter, sort: 'expectedCloseOn' }, dealsIn(when, todayHere())),
    [pipeline.id, owner, rotting, filter, when],
  )
  const list = useInfiniteQuery(dealsOptions(query))
  const rows = list.data?.pages.flatMap((p) => p.items) ?? []
  const stages = new Map(pipeline.stages.map((s) => [s.id, s]))
  const reschedule = useReschedule()
  if (list.error) return <ErrorState error={list.error} onRetry={() => void list.refetch()} className="py-6!" />
  return (
    <>
      <ul className="border-t border-line">
        {list.isPending
          ? Array.from({ length: Math.min(count, 6) }, (_, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: they never move
              <li key={i} className="flex h-12 items-center gap-4 border-b border-line-soft px-4 last:border-0">
                <Skeleton className="h-3.5 w-48" />
                <Skeleton className="ml-auto h-3.5 w-20" />
              </li>
            ))
          : rows.map((d) => (
              <Row
                key={d.id}
                deal={d}
                stage={stages.get(d.stageId)}
                onOpen={onOpen}
                onDay={(day) => void reschedule(d, day)}
              />
            ))}
      </ul>
      {list.hasNextPage && (
        <div className="border-t border-line-soft p-2 text-center">
          <Button variant="ghost" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t('forecast.more')}
          </Button>
        </div>
      )}
    </>
  )
}

type RowProps = {
  deal: Deal
  stage: Pipeline['stages'][number] | undefined
  onOpen: (id: string) => void
  onDay: (day: string | null) => void
}
function Row({ deal: d, stage, onOpen, onDay }: RowProps) {
  const { t, fmt } = useTools()
  const mayWrite = useCan('crm.deals.write')
  const money =
    d.amountMinor !== null && d.currency !== null ? fmt.money(toMajor(d.amountMinor, d.currency), d.currency) : null
  return (
    <li className="grid min-h-12 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 border-b border-line-soft px-4 py-2 last:border-0 hover:bg-row-hover md:grid-cols-[minmax(0,1fr)_150px_120px_20px_136px]">
      <span className="flex min-w-0 items-center gap-2">
        {d.company && <CompanyLogo name={d.company.name} size={18} />}
        <a
          href={`/deals/${d.id}`}
          onClick={(e) => {
            if (e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return
            e.preventDefault()
            onOpen(d.id)
          }}
          className="min-w-0 truncate text-sm font-medium underline-offset-[3px] hover:underline"
        >
          {d.title}
        </a>
        {d.company && <span className="min-w-0 truncate text-sm text-subtle max-md:hidden">{d.company.name}</span>}
      </span>
      <span className="tabular text-right text-sm font-medium md:order-1">
        {money ?? <span className="font-normal text-subtle">{t('card.noAmount')}</span>}
      </span>
      <span className="min-w-0">
        {stage && (
          <Badge tone={toneOfStage(stage.color)} dot>
            {stage.name}
          </Badge>
        )}
      </span>
      <span className="max-md:hidden md:order-2" title={d.owner?.name}>
        {d.owner && (
          <>
            <Avatar name={d.owner.name} size={20} />
            <span className="sr-only">{d.owner.name}</span>
          </>
        )}
      </span>
      <span className="w-34 justify-self-end md:order-3">
        {mayWrite && d.status === 'open' ? (
          <Input
            type="date"
            size="sm"
            aria-label={t('forecast.day', { title: d.title })}
            defaultValue={d.expectedCloseOn ?? ''}
            key={d.expectedCloseOn}
            // Each digit that is typed is a change: the day counts once it is left.
            onBlur={(e) => {
              const day = e.target.value || null
              if (day !== d.expectedCloseOn && e.target.validity.valid) onDay(day)
            }}
            onKeyDown={(e) => e.key === 'Enter' && e.currentTarget.blur()}
          />
        ) : (
          <span className="tabular block text-right text-sm text-muted">
            {d.wonAt ? fmt.dayMonth(d.wonAt) : d.expectedCloseOn && fmt.dayMonth(`${d.expectedCloseOn}T12:00:00Z`)}
          </span>
        )}
      </span>
    </li>
  )
}

function useReschedule() {
  const { t } = useTranslation('pipeline')
  const qc = useQueryClient()
  const put = async (deal: Deal, day: string | null, version: number | undefined) => {
    const saved = await api.updateDeal(deal.id, { expectedCloseOn: day, ...(version ? { version } : {}) })
    refreshBoards(qc)
    return saved
  }
  return async (deal: Deal, day: string | null) => {
    try {
      await put(deal, day, deal.version)
      toast.undo(t('forecast.moved', { title: deal.title }), () => {
        put(deal, deal.expectedCloseOn, undefined).catch((e: unknown) =>
          toast.error(t('deal.notSaved', { title: deal.title }), e),
        )
      })
    } catch (e) {
      toast.error(t('deal.notSaved', { title: deal.title }), e)
      refreshBoards(qc)
    }
  }
}
