import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Handshake, ListFilter, Plus, Search } from 'lucide-react'
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from 'react'
import type { PipelineOverview } from '@/api/gen/types.gen'
import { type Command, useCommands } from '@/shared/commands/commands'
import { useMediaQuery } from '@/shared/lib/use-media-query'
import { Present } from '@/shared/live/present'
import { useCan } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { PageHeader } from '@/shared/ui/page-header'
import { RefreshBar } from '@/shared/ui/progress'
import { ViewBar } from '@/shared/views/lazy-view-bar'
import { boardOptions, pipelinesOptions } from './api'
import { Board } from './board'
import { BoardSkeleton } from './board-skeleton'
import { BoardToolbar } from './board-toolbar'
import { useDealViews } from './deal-views'
import { ExchangeButtons } from './exchange-buttons'
import { MoveQuestions } from './move-questions'
import { boardQuery, isAsked } from './questions'
import type { PipelineSearch } from './search-params'
import { StageBar } from './stage-bar'
import { useTools } from './tools'
import { useMoves } from './use-moves'
import { ViewSkeleton } from './view-skeleton'

const PipelineMenu = lazy(() => import('./pipeline-menu'))
const StageEditor = lazy(() => import('./stage-editor'))
const CreateDeal = lazy(() => import('./create-deal'))
const DealPeek = lazy(() => import('./deal-peek'))
const StageHistory = lazy(() => import('./stage-history'))
const DealsTable = lazy(() => import('./deals-table'))
const ForecastView = lazy(() => import('./forecast-view'))
const FunnelDrawer = lazy(() => import('./funnel-drawer'))
const DealFilterBar = lazy(() => import('./deal-filter-bar'))

/** A pipeline as a board or as a table. What can be shared is in the address. */
export function PipelinePage({ id }: { id?: string }) {
  const { t } = useTools()
  const mayRead = useCan('crm.deals.read')
  const q = useQuery({ ...pipelinesOptions(), enabled: mayRead })
  const pipeline =
    q.data?.find((p) => p.id === id) ?? (id ? undefined : q.data?.find((p) => p.isDefault)) ?? q.data?.[0]
  if (pipeline && q.data) return <Page key={pipeline.id} pipelines={q.data} pipeline={pipeline} />
  return (
    <>
      <PageHeader icon={Handshake} title={t('title')} />
      {!mayRead ? (
        <EmptyState icon={Handshake} tone="gray" title={t('forbidden')} text={t('forbiddenHint')} className="m-auto" />
      ) : q.error ? (
        <ErrorState error={q.error} onRetry={() => void q.refetch()} className="m-auto" />
      ) : (
        <BoardSkeleton />
      )}
    </>
  )
}

type Patch = Partial<PipelineSearch>
function Page({ pipelines, pipeline }: { pipelines: PipelineOverview[]; pipeline: PipelineOverview }) {
  const tools = useTools()
  const { t } = tools
  const navigate = useNavigate()
  const phone = useMediaQuery('(max-width: 767px)')
  const search = useSearch({ strict: false }) as PipelineSearch
  const { q: words, owner, rotting, filter, view } = search
  const query = useMemo(() => boardQuery({ q: words, owner, rotting, filter }), [words, owner, rotting, filter])
  const views = useDealViews(pipeline.id, search)
  const board = useQuery({ ...boardOptions(pipeline.id, query), enabled: !view })
  const { move, asking, close } = useMoves(pipeline.id, query)
  const may = { move: useCan('crm.deals.write'), edit: useCan('pipeline.pipelines.write') }
  const [drawer, setDrawer] = useState<'stages' | 'funnel' | { history: string } | null>(null)
  const [adding, setAdding] = useState<HTMLElement | null>(null)
  const searchInput = useRef<HTMLInputElement>(null)

  const set = useCallback(
    (patch: Patch, push = false) =>
      void navigate({ to: '.', search: ((s: PipelineSearch) => ({ ...s, ...patch })) as never, replace: !push }),
    [navigate],
  )
  const [start, setStart] = useState<'title' | null>(null)
  const openDeal = useCallback(
    (dealId: string, edit = false) => {
      setStart(edit ? 'title' : null)
      if (phone) void navigate({ to: '/deals/$id', params: { id: dealId } })
      else set({ deal: dealId }, true)
    },
    [navigate, phone, set],
  )
  const editDeal = useCallback((dealId: string) => openDeal(dealId, true), [openDeal])
  const newDeal = useCallback((stageId: string) => set({ new: stageId }, true), [set])
  const filterButton = useRef<HTMLButtonElement>(null)
  usePageCommands(
    may.move ? () => newDeal('first') : null,
    () => searchInput.current?.focus(),
    () => setAdding(filterButton.current),
  )
  const shown = board.data?.pipeline.id === pipeline.id ? board.data : undefined
  const isEmpty = shown && !isAsked(search) && shown.columns.every((c) => c.total === 0)
  return (
    <>
      <PageHeader
        icon={Handshake}
        title={t('title')}
        tab={pipeline.name}
        aside={
          <Suspense fallback={<span className="truncate px-3 text-sm text-muted">{pipeline.name}</span>}>
            <PipelineMenu
              pipelines={pipelines}
              current={pipeline}
              mayWrite={may.edit}
              onPick={(to) => void navigate({ to: '/pipeline/$pipelineId', params: { pipelineId: to } })}
              onStages={() => setDrawer('stages')}
            />
          </Suspense>
        }
        actions={
          <>
            <Present room={`board:${pipeline.id}`} />
            <ExchangeButtons pipelineId={pipeline.id} search={search} />
            {may.move && (
              <Button variant="primary" aria-label={t('new')} onClick={() => newDeal('first')}>
                <Plus size={15} strokeWidth={2.2} aria-hidden />
                <span className="max-md:hidden">{t('new')}</span>
              </Button>
            )}
          </>
        }
      />
      <ViewBar views={views} all={t('all')} isLoading={views.isWaiting} />
      <BoardToolbar
        search={search}
        set={set}
        inputRef={searchInput}
        board={view ? undefined : shown}
        tools={tools}
        filterRef={filterButton}
        onFilter={setAdding}
        onFunnel={() => setDrawer('funnel')}
      />
      <Suspense>
        {(filter || adding) && (
          <DealFilterBar
            filter={filter}
            currency={pipeline.currency}
            adding={adding}
            onFilter={(next) => set({ filter: next }, true)}
            onAdded={() => setAdding(null)}
          />
        )}
      </Suspense>
      <RefreshBar active={board.isFetching && !board.isPending} label={t('refreshing')} />
      {view === 'forecast' ? (
        <Suspense fallback={<ViewSkeleton />}>
          <ForecastView pipeline={pipeline} search={search} set={set} onOpen={openDeal} />
        </Suspense>
      ) : view === 'table' ? (
        <Suspense fallback={<ViewSkeleton rows />}>
          <DealsTable pipeline={pipeline} search={search} set={set} onOpen={openDeal} onEdit={editDeal} />
        </Suspense>
      ) : board.error && !shown ? (
        <ErrorState error={board.error} onRetry={() => void board.refetch()} className="m-auto" />
      ) : !shown || views.isWaiting ? (
        <BoardSkeleton stages={pipeline.stages} />
      ) : (
        <>
          {isEmpty && <FirstDeal mayMove={may.move} onNew={() => newDeal('first')} />}
          <StageBar board={shown} tools={tools} />
          <Board
            board={shown}
            query={query}
            move={move}
            group={search.group}
            mayMove={may.move}
            onOpen={openDeal}
            onEdit={editDeal}
            onNew={newDeal}
            onHistory={(stageId) => setDrawer({ history: stageId })}
            onStages={may.edit ? () => setDrawer('stages') : null}
          />
        </>
      )}
      <MoveQuestions asking={asking} board={shown} move={move} onClose={close} />
      <Suspense>
        {search.deal && !phone && <DealPeek id={search.deal} start={start} onClose={() => set({ deal: undefined })} />}
        {search.new && may.move && (
          <CreateDeal
            pipeline={pipeline}
            stageId={search.new}
            onOpen={openDeal}
            onClose={() => set({ new: undefined })}
          />
        )}
        {drawer === 'stages' && <StageEditor pipeline={pipeline} onClose={() => setDrawer(null)} />}
        {drawer === 'funnel' && <FunnelDrawer pipelineId={pipeline.id} query={query} onClose={() => setDrawer(null)} />}
        {typeof drawer === 'object' && drawer && (
          <StageHistory stage={pipeline.stages.find((s) => s.id === drawer.history)} onClose={() => setDrawer(null)} />
        )}
      </Suspense>
    </>
  )
}

function FirstDeal({ mayMove, onNew }: { mayMove: boolean; onNew: () => void }) {
  const { t } = useTools()
  return (
    <div className="border-b border-line bg-surface">
      <EmptyState
        icon={Handshake}
        title={t('empty.title')}
        text={t('empty.text')}
        className="py-6!"
        actions={
          mayMove && (
            <Button variant="primary" size="md" onClick={onNew}>
              <Plus size={15} aria-hidden />
              {t('new')}
            </Button>
          )
        }
      />
    </div>
  )
}

function usePageCommands(create: (() => void) | null, find: () => void, filter: () => void) {
  const { t } = useTools()
  const now = useRef({ create, find, filter })
  now.current = { create, find, filter }
  const mayCreate = create !== null
  const commands = useMemo<Command[]>(
    () => [
      ...(mayCreate
        ? [
            {
              id: 'pipeline.create',
              label: t('new'),
              icon: Plus,
              action: 'create' as const,
              run: () => now.current.create?.(),
            },
          ]
        : []),
      { id: 'pipeline.search', label: t('search'), icon: Search, action: 'search', run: () => now.current.find() },
      {
        id: 'pipeline.filter',
        label: t('filter.title'),
        icon: ListFilter,
        action: 'filter',
        run: () => now.current.filter(),
      },
    ],
    [t, mayCreate],
  )
  useCommands(commands)
}
