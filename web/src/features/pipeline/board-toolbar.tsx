import { Columns3, Filter, Hourglass, ListFilter, Table2, Trash2, TrendingUp, Users } from 'lucide-react'
import { lazy, type Ref, Suspense, useState } from 'react'
import type { Board as PipelineBoard } from '@/api/gen/types.gen'
import { Button } from '@/shared/ui/button'
import { SearchBox } from '@/shared/ui/search-box'
import { Segmented } from '@/shared/ui/segmented'
import { sumAmounts } from './model'
import { toMajor } from './money'
import type { PipelineSearch } from './search-params'
import type { Tools } from './tools'

const OwnerFilter = lazy(() => import('./owner-filter'))
const GroupMenu = lazy(() => import('./group-menu'))

type BoardToolbarProps = {
  search: PipelineSearch
  set: (patch: Partial<PipelineSearch>, push?: boolean) => void
  inputRef: Ref<HTMLInputElement>
  board: PipelineBoard | undefined
  tools: Tools
  filterRef: Ref<HTMLButtonElement>
  onFilter: (anchor: HTMLElement) => void
  onFunnel: () => void
}
export function BoardToolbar({
  search,
  set,
  inputRef,
  board,
  tools,
  filterRef,
  onFilter,
  onFunnel,
}: BoardToolbarProps) {
  const { t } = tools
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const [picking, setPicking] = useState(false)
  return (
    <div className="no-scrollbar flex h-11 shrink-0 items-center gap-1.5 overflow-x-auto border-b border-line px-2.5 max-md:h-15">
      <Segmented
        label={t('view.label')}
        value={search.view ?? 'board'}
        onValueChange={(v) => set({ view: v === 'board' ? undefined : v }, true)}
        options={[
          {
            value: 'board',
            label: <span className="max-md:sr-only">{t('view.board')}</span>,
            icon: <Columns3 size={13} aria-hidden />,
          },
          {
            value: 'table',
            label: <span className="max-md:sr-only">{t('view.table')}</span>,
            icon: <Table2 size={13} aria-hidden />,
          },
          {
            value: 'forecast',
            label: <span className="max-md:sr-only">{t('view.forecast')}</span>,
            icon: <TrendingUp size={13} aria-hidden />,
          },
        ]}
        className="shrink-0"
      />
      {search.view !== 'forecast' && (
        <div className="max-md:w-48 max-md:shrink-0 md:contents">
          <SearchBox
            inputRef={inputRef}
            label={t('search')}
            value={search.q ?? ''}
            onValue={(q) => set({ q: q || undefined })}
          />
        </div>
      )}
      <Button
        ref={setAnchor}
        variant="ghost"
        aria-haspopup="dialog"
        className={search.owner && 'bg-active text-fg!'}
        onClick={() => setPicking(true)}
      >
        <Users size={14} aria-hidden />
        {search.owner ? t(search.owner === 'me' ? 'owner.mine' : 'owner.one') : t('owner.all')}
      </Button>
      <Button
        variant="ghost"
        aria-pressed={!!search.rotting}
        className={search.rotting && 'bg-active text-fg!'}
        onClick={() => set({ rotting: search.rotting ? undefined : 1 }, true)}
      >
        <Hourglass size={14} aria-hidden />
        {t('rotting')}
      </Button>
      <Button ref={filterRef} variant="ghost" aria-haspopup="dialog" onClick={(e) => onFilter(e.currentTarget)}>
        <ListFilter size={14} aria-hidden />
        {t('filter.title')}
      </Button>
      {!search.view && (
        <Suspense>
          <GroupMenu value={search.group} onValue={(group) => set({ group }, true)} />
        </Suspense>
      )}
      <Button variant="ghost" aria-haspopup="dialog" onClick={onFunnel}>
        <Filter size={14} aria-hidden />
        {t('funnel.title')}
      </Button>
      {search.view === 'table' && (
        <Button
          variant="ghost"
          aria-pressed={!!search.trash}
          className={search.trash && 'bg-active text-fg!'}
          onClick={() => set({ trash: search.trash ? undefined : 1 }, true)}
        >
          <Trash2 size={14} aria-hidden />
          {t('trash')}
        </Button>
      )}
      {board && <Totals board={board} tools={tools} />}
      <Suspense>
        {picking && (
          <OwnerFilter
            anchor={anchor}
            value={search.owner}
            onPick={(owner) => {
              set({ owner }, true)
              setPicking(false)
            }}
            onClose={() => setPicking(false)}
          />
        )}
      </Suspense>
    </div>
  )
}

/** What is open, and what of it is likely to come. What does not fit wraps out of sight, in any language. */
function Totals({ board, tools: { t, fmt } }: Pick<BoardToolbarProps, 'tools'> & { board: PipelineBoard }) {
  const open = new Set(board.pipeline.stages.filter((s) => s.kind === 'open').map((s) => s.id))
  const [first] = sumAmounts(
    board.columns.filter((c) => open.has(c.stageId)),
    board.pipeline.currency,
  )
  if (!first) return null
  const show = (minor: number) => fmt.money(toMajor(minor, first.currency), first.currency, true)
  return (
    <dl className="tabular ml-auto flex h-5 min-w-0 flex-1 flex-wrap items-baseline justify-end gap-x-5 overflow-hidden pr-2 pl-4 max-lg:hidden">
      {(['open', 'weighted'] as const).map((k) => (
        <div key={k} className="flex items-baseline gap-1.5 whitespace-nowrap">
          <dt className="text-xs text-subtle">{t(`totals.${k}`)}</dt>
          <dd className="text-sm font-semibold">{show(k === 'open' ? first.amountMinor : first.weightedMinor)}</dd>
        </div>
      ))}
    </dl>
  )
}
