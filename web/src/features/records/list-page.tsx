import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import {
  ArrowDown,
  ArrowUp,
  Columns3,
  Combine,
  Download,
  ListFilter,
  Merge,
  Pencil,
  Plus,
  Redo2,
  Search,
  SquareCheck,
  Undo2,
  Upload,
} from 'lucide-react'
import { lazy, type MouseEvent, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Command, useCommands } from '@/shared/commands/commands'
import { useKey } from '@/shared/commands/keys'
import { useMediaQuery } from '@/shared/lib/use-media-query'
import { useCan } from '@/shared/session/session'
import { announce } from '@/shared/ui/announcer'
import { Button, buttonCls } from '@/shared/ui/button'
import { IconButton } from '@/shared/ui/icon-button'
import { Kbd } from '@/shared/ui/kbd'
import { PageHeader } from '@/shared/ui/page-header'
import { RefreshBar } from '@/shared/ui/progress'
import { SearchBox } from '@/shared/ui/search-box'
import { toast } from '@/shared/ui/toast'
import { useToastLift } from '@/shared/ui/use-toast-lift'
import { ViewBar } from '@/shared/views/lazy-view-bar'
import { queryOf } from './api'
import { visibleColumns } from './columns'
import { useConflict } from './conflict'
import type { EnrolDialog } from './enrol-slot'
import { exportMatching, exportRows } from './export'
import type { CrmRecord, Kind } from './fields'
import { FilterChips, useFilter } from './filter-bar'
import { KINDS, permission } from './kinds'
import { ListState } from './list-states'
import { isOfNobody, SHARED, shownOf, useColumns, useListViews } from './list-views'
import { MAX_MERGE, mayMergeSo } from './merge-limits'
import { CardsSkeleton } from './record-cards-skeleton'
import { preloadEditor, RecordTable, TableSkeleton } from './record-table'
import { pressSort, readSort, writeSort } from './sort'
import { useListSearch, useRecordList } from './use-list'
import { useListKeys } from './use-list-keys'
import { usePlace } from './use-place'
import { useTableState } from './use-table-state'
import { useTools } from './use-tools'

const RecordCards = lazy(() => import('./record-cards'))
const BulkBar = lazy(() => import('./bulk-bar'))
const FilterMenu = lazy(() => import('./filter-menu'))
const FilterBuilder = lazy(() => import('./filter-builder'))
const ColumnChooser = lazy(() => import('./column-chooser'))
const PhoneFilter = lazy(() => import('./phone-filter'))
const Peek = lazy(() => import('./peek'))
const CreateDialog = lazy(() => import('./create-dialog'))
const ConflictDialog = lazy(() => import('./conflict-dialog'))

type ListProps = { kind: Kind; Enrol?: EnrolDialog }
/** The list of contacts or of companies. Everything that can be shared is in the address. */
export function ListPage({ kind, Enrol }: ListProps) {
  const mayRead = useCan(permission(kind, 'read'))
  return mayRead ? <List key={kind} kind={kind} Enrol={Enrol} /> : <ListState kind={kind} state="forbidden" />
}

function List({ kind, Enrol }: ListProps) {
  const { t } = useTranslation('records')
  const qc = useQueryClient()
  const navigate = useNavigate()
  const phone = useMediaQuery('(max-width: 767px)')
  const [search, setSearch] = useListSearch()
  const list = useRecordList(kind, search)
  const tools = useTools()
  const [layout, setLayout] = useColumns(kind, search.cols, setSearch)
  const columns = useMemo(() => visibleColumns(kind, layout), [kind, layout])
  const filter = useFilter(kind, search, setSearch)
  const may = {
    write: useCan(permission(kind, 'write')),
    import: useCan(permission(kind, 'import')),
    export: useCan(permission(kind, 'export')),
    merge: useCan(permission(kind, 'merge')),
  }
  const grid = useRef<HTMLDivElement>(null)
  const searchInput = useRef<HTMLInputElement>(null)
  const [menu, setMenu] = useState<'filter' | 'advanced' | 'columns' | null>(null)
  const [filterButton, setFilterButton] = useState<HTMLElement | null>(null)
  const [columnsButton, setColumnsButton] = useState<HTMLElement | null>(null)

  const views = useListViews(
    kind,
    search,
    useMemo(() => shownOf(layout), [layout]),
  )
  const isLoading = list.isLoading || views.isWaiting
  const { q, sort: sortedBy, filter: filtered, saved, cols } = search
  const context = { q, sort: sortedBy, filter: filtered, saved, cols }
  const goTo = (record: CrmRecord) =>
    void navigate({ to: KINDS[kind].page, params: { id: record.id }, state: { recordList: context } })
  const open = (record: CrmRecord, e?: MouseEvent) => {
    if (e && !plainClick(e)) return
    e?.preventDefault()
    goTo(record)
  }
  const place = usePlace(list.key)
  const state = useTableState({
    kind,
    list,
    columns,
    search,
    setSearch,
    qc,
    mayWrite: may.write,
    grid,
    open: goTo,
    place,
  })
  const { selection } = state
  const query = queryOf(kind, search)
  const sort = readSort(search.sort)
  const shown = columns.map((c) => c.id)
  const exportChosen = () =>
    selection.all
      ? exportMatching(kind, query, shown)
      : exportRows(
          kind,
          list.rows.filter((r) => selection.ids.has(r.id)),
          shown,
        )

  useListKeys(state.keys)
  const anyChosen = selection.all || selection.ids.size > 0
  useToastLift(phone ? (may.write ? 72 : 0) : anyChosen ? 84 : 0)
  const create = () => setSearch({ new: 1 }, true)
  const duplicates = () => void navigate({ to: `${KINDS[kind].path}/duplicates` })
  const mergeChosen = () => {
    const ids = selection.all ? [] : [...selection.ids]
    if (!mayMergeSo(ids.length)) return toast.add({ type: 'info', title: t('merge.howMany', { max: MAX_MERGE }) })
    void navigate({ to: `${KINDS[kind].path}/merge`, search: { ids: ids.join() } })
  }
  usePageCommands(kind, {
    create: may.write ? create : null,
    filter: () => setMenu('filter'),
    search: () => searchInput.current?.focus(),
    edit: may.write && !phone ? state.keys.edit : null,
    select: phone ? null : state.toggleActive,
    merge: may.merge && !phone ? mergeChosen : null,
    duplicates,
    next: phone ? null : () => state.keys.move({ rows: 1 }),
    previous: phone ? null : () => state.keys.move({ rows: -1 }),
    selectAll: phone ? null : state.selectAll,
    undo: may.write && !phone ? state.keys.undo : null,
    redo: may.write && !phone ? state.keys.redo : null,
  })
  useAnnounceTotal(list.total, list.isLoading || list.isRefreshing, `${search.q}${JSON.stringify(search.filter)}`)
  useIdle(() => {
    if (!phone) void preloadEditor()
  })

  const asked = !!search.q || filter.count > 0
  const isShared = isOfNobody(kind, filtered)
  const empty = !isLoading && !list.error && list.rows.length === 0
  const texts = KINDS[kind].texts
  return (
    <>
      <PageHeader
        icon={KINDS[kind].icon}
        title={t(`${texts}.title`)}
        count={isLoading || list.error ? undefined : totalText(list, tools.fmt.num)}
        actions={
          <>
            <IconButton label={t('merge.find')} onClick={duplicates} className="any-pointer-coarse:size-10!">
              <Combine size={15} />
            </IconButton>
            {may.export && !phone && list.total > 0 && (
              <IconButton
                label={t(asked ? 'list.exportMatching' : 'list.exportAll')}
                onClick={() => exportMatching(kind, query, shown)}
              >
                <Download size={15} />
              </IconButton>
            )}
            {may.import && (
              <Link to="/import" className={buttonCls('secondary', 'sm')}>
                <Upload size={14} strokeWidth={1.9} className="text-subtle" aria-hidden />
                {t('list.import')}
              </Link>
            )}
            {may.write && !phone && (
              <Button variant="primary" onClick={create}>
                <Plus size={15} strokeWidth={2.2} aria-hidden />
                {t(`${texts}.new`)}
              </Button>
            )}
          </>
        }
      />
      <ViewBar
        views={views}
        all={t(`${texts}.all`)}
        preset={{ label: t('shared.view'), on: isShared && views.current === null, search: SHARED }}
        isLoading={views.isWaiting}
      />
      <div className="flex h-11 shrink-0 items-center gap-2 border-b border-line px-2.5 max-md:h-15">
        <SearchBox
          inputRef={searchInput}
          label={t(`${texts}.search`)}
          value={search.q ?? ''}
          onValue={(q) => setSearch({ q: q || undefined })}
        />
        {!phone && (
          <div className="no-scrollbar -my-1 min-w-0 flex-1 overflow-x-auto py-1">
            <FilterChips kind={kind} filter={filter} tools={tools} />
          </div>
        )}
        {phone ? (
          <Button
            size="icon-lg"
            className="size-10!"
            aria-label={t('filter.open', { count: filter.count })}
            onClick={() => setMenu('advanced')}
          >
            <ListFilter size={17} />
            {filter.count > 0 && <CountDot>{filter.count}</CountDot>}
          </Button>
        ) : (
          <span className="flex items-center gap-1">
            <Button ref={setFilterButton} variant="ghost" aria-haspopup="dialog" onClick={() => setMenu('filter')}>
              <ListFilter size={14} aria-hidden />
              {t('filter.button')}
            </Button>
            <IconButton ref={setColumnsButton} label={t('columns.title')} onClick={() => setMenu('columns')}>
              <Columns3 size={15} />
            </IconButton>
          </span>
        )}
      </div>
      <RefreshBar active={list.isRefreshing} label={t('list.refreshing')} />
      <div className="relative flex min-h-0 flex-1 flex-col">
        {isLoading ? (
          phone ? (
            <CardsSkeleton />
          ) : (
            <TableSkeleton columns={columns} />
          )
        ) : list.error ? (
          <ListState kind={kind} state="error" error={list.error} onRetry={list.retry} />
        ) : empty ? (
          <ListState
            kind={kind}
            state={asked ? 'nothingFound' : 'empty'}
            mayWrite={may.write}
            mayImport={may.import}
            onCreate={create}
            q={q}
            onSearch={(q) => setSearch({ q }, true)}
            onClear={() => setSearch({ q: undefined, filter: undefined }, true)}
          />
        ) : phone ? (
          <Suspense fallback={<CardsSkeleton />}>
            <RecordCards kind={kind} list={list} tools={tools} place={place} onOpen={open} />
          </Suspense>
        ) : (
          <RecordTable
            kind={kind}
            list={list}
            columns={columns}
            tools={tools}
            sort={sort}
            onSort={(id, add) => setSearch({ sort: writeSort(pressSort(sort, id, add)) }, true)}
            onLayout={setLayout}
            peek={search.peek}
            onOpen={open}
            onOpenHref={(href, e) => {
              if (!plainClick(e)) return
              e.preventDefault()
              void navigate({ to: href })
            }}
            gridRef={grid}
            place={place}
            {...state.table}
          />
        )}
        {!phone && !isLoading && !list.error && !empty && <Footer kind={kind} list={list} />}
        {phone && may.write && (
          <Button
            variant="primary"
            aria-label={t(`${texts}.new`)}
            onClick={create}
            className="absolute! right-4 bottom-4 z-20 size-14! rounded-full! shadow-pop!"
          >
            <Plus size={24} strokeWidth={2} />
          </Button>
        )}
        <Suspense>
          {!phone && anyChosen && (
            <BulkBar
              kind={kind}
              selection={selection}
              total={list.total}
              isEstimate={list.isEstimate}
              query={query}
              isShared={isShared}
              onClear={state.clearSelection}
              onAll={state.selectAll}
              onGone={state.clearSelection}
              onExport={exportChosen}
              Enrol={Enrol}
              nameOf={(id) => list.rows.find((r) => r.id === id)?.name}
              onMerge={may.merge ? mergeChosen : null}
            />
          )}
        </Suspense>
      </div>
      <Suspense>
        {menu === 'filter' && !phone && (
          <FilterMenu
            kind={kind}
            filter={filter}
            tools={tools}
            anchor={filterButton}
            onClose={() => setMenu(null)}
            onAdvanced={() => setMenu('advanced')}
          />
        )}
        {menu === 'advanced' &&
          (phone ? (
            <PhoneFilter
              kind={kind}
              filter={filter}
              tools={tools}
              search={search}
              setSearch={setSearch}
              onClose={() => setMenu(null)}
            />
          ) : (
            <FilterBuilder kind={kind} filter={filter} tools={tools} open onOpenChange={() => setMenu(null)} />
          ))}
        {menu === 'columns' && (
          <ColumnChooser
            kind={kind}
            layout={layout}
            onLayout={setLayout}
            anchor={columnsButton}
            onClose={() => setMenu(null)}
          />
        )}
        {search.peek && !phone && (
          <Peek
            kind={kind}
            id={search.peek}
            list={context}
            rows={list.rows}
            onMove={(id) => state.peekAt(id)}
            onClose={state.closePeek}
          />
        )}
        {search.new && may.write && <CreateDialog kind={kind} onClose={() => setSearch({ new: undefined })} />}
      </Suspense>
      <ConflictHost />
    </>
  )
}

export function plainClick(e: MouseEvent) {
  return e.button === 0 && !e.metaKey && !e.ctrlKey && !e.shiftKey && !e.altKey
}
/** “10 000+” where the server only estimates. */
export function totalText({ total, isEstimate }: { total: number; isEstimate: boolean }, num: (n: number) => string) {
  return isEstimate ? `${num(Math.max(10_000, Math.floor(total / 1000) * 1000))}+` : num(total)
}
function CountDot({ children }: { children: number }) {
  return (
    <span className="absolute -top-1 -right-1 grid size-4.5 place-items-center rounded-full bg-accent text-2xs font-semibold text-accent-fg">
      {children}
    </span>
  )
}

function Footer({ kind, list }: { kind: Kind; list: { total: number; isEstimate: boolean } }) {
  const { t } = useTranslation('records')
  const { fmt } = useTools()
  const hints = [
    ['↑↓', 'move'],
    ['↵', 'open'],
    ['␣', 'peek'],
    [useKey('select'), 'select'],
    [useKey('edit'), 'edit'],
  ] as const
  return (
    <footer className="tabular flex h-9 shrink-0 items-center gap-5 border-t border-line bg-sunken px-4 text-xs text-subtle">
      <span className="font-medium text-muted">
        {list.isEstimate
          ? t(`${KINDS[kind].texts}.countMany`, { total: totalText(list, fmt.num) })
          : t(`${KINDS[kind].texts}.count`, { count: list.total })}
      </span>
      <span aria-hidden className="ml-auto flex gap-4 max-lg:hidden any-pointer-coarse:hidden">
        {hints.map(
          ([key, what]) =>
            key && (
              <span key={what} className="flex items-center gap-1.5">
                <Kbd>{key}</Kbd>
                {t(`keys.${what}`)}
              </span>
            ),
        )}
      </span>
    </footer>
  )
}

export function ConflictHost() {
  const wanted = useConflict((s) => s.wanted)
  return <Suspense>{wanted && <ConflictDialog />}</Suspense>
}

/** What can be done with rows: its text, sign and key. */
const ROWS = {
  filter: { text: 'filter.title', icon: ListFilter, action: 'filter' },
  edit: { text: 'keys.editCell', icon: Pencil, action: 'edit' },
  select: { text: 'keys.selectRow', icon: SquareCheck, action: 'select' },
  selectAll: { text: 'keys.selectAll', icon: SquareCheck, action: 'selectAll' },
  next: { text: 'keys.next', icon: ArrowDown, action: 'next' },
  previous: { text: 'keys.previous', icon: ArrowUp, action: 'previous' },
  merge: { text: 'merge.chosen', icon: Merge, action: 'merge' },
  duplicates: { text: 'merge.find', icon: Combine, action: 'duplicates' },
  undo: { text: 'keys.undo', icon: Undo2, action: 'undo' },
  redo: { text: 'keys.redo', icon: Redo2, action: 'undo', shift: true },
} as const
type Run = (() => void) | null
type RunId = keyof typeof ROWS | 'create' | 'search'
function usePageCommands(kind: Kind, runs: Record<RunId, Run>) {
  const { t } = useTranslation('records')
  const now = useRef(runs)
  now.current = runs
  const on = Object.entries(runs)
    .filter(([, f]) => f)
    .map(([k]) => k)
    .join()
  const commands = useMemo(() => {
    const texts = KINDS[kind].texts
    const all: (Command & { id: RunId })[] = [
      { id: 'create', label: t(`${texts}.new`), icon: Plus, action: 'create', run: () => now.current.create?.() },
      { id: 'search', label: t(`${texts}.search`), icon: Search, action: 'search', run: () => now.current.search?.() },
      ...(Object.keys(ROWS) as (keyof typeof ROWS)[]).map((id) => {
        const { text, ...look } = ROWS[id]
        return { id, label: t(text), ...look, run: () => now.current[id]?.() }
      }),
    ]
    return all.filter((c) => on.split(',').includes(c.id)).map((c) => ({ ...c, id: `records.${c.id}` }))
  }, [kind, t, on])
  useCommands(commands)
}

/** Says how many were found, once the answer to a new question is there. */
function useAnnounceTotal(total: number, busy: boolean, question: string) {
  const { t } = useTranslation('records')
  const asked = useRef(question)
  useEffect(() => {
    if (busy || asked.current === question) return
    asked.current = question
    announce(t('list.found', { count: total }))
  }, [busy, question, total, t])
}
function useIdle(run: () => void) {
  const f = useRef(run)
  useEffect(() => {
    const id = setTimeout(() => f.current(), 1500)
    return () => clearTimeout(id)
  }, [])
}
