import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { RotateCcw, ShieldAlert, Trash2, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { can, useCan, useMaybeSession } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { Checkbox } from '@/shared/ui/checkbox'
import { confirm } from '@/shared/ui/confirm'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { IconButton } from '@/shared/ui/icon-button'
import { PageHeader } from '@/shared/ui/page-header'
import { RefreshBar } from '@/shared/ui/progress'
import { Skeleton } from '@/shared/ui/skeleton'
import { TabPanel, Tabs } from '@/shared/ui/tabs'
import { toast } from '@/shared/ui/toast'
import { useToastLift } from '@/shared/ui/use-toast-lift'
import { api, refresh } from './api'
import { bulk } from './batches'
import { RecordIcon, type Tools } from './cells'
import type { CrmRecord, Kind } from './fields'
import { KINDS, permission, subtitleOf } from './kinds'
import { restore, takeOut } from './save'
import type { TrashTab } from './search-params'
import { countOf, isSelected, nothing, type Selection, toggle } from './selection'
import { type RecordList, useRecordList } from './use-list'
import { useTools } from './use-tools'

/** Deleted contacts and companies: brought back, or deleted for good. */
export function TrashPage() {
  const { t } = useTranslation('records')
  const { t: tc } = useTranslation()
  const session = useMaybeSession()
  const navigate = useNavigate()
  const { tab = 'contacts' } = useSearch({ strict: false }) as { tab?: TrashTab }
  const kinds = (['contact', 'company'] as const).filter((k) => can(session, permission(k, 'read')))
  if (kinds.length === 0)
    return (
      <>
        <PageHeader icon={Trash2} title={t('trash.title')} />
        <EmptyState icon={ShieldAlert} tone="gray" title={tc('error.forbidden')} text={tc('error.forbiddenHint')} />
      </>
    )
  return (
    <>
      <PageHeader icon={Trash2} title={t('trash.title')} />
      <Tabs
        label={t('trash.title')}
        value={tab}
        onValueChange={(v) => void navigate({ to: '/trash', search: v === 'companies' ? { tab: v } : {} })}
        className="h-11 shrink-0 items-center border-b border-line px-2.5"
        items={kinds.map((k) => ({ value: KINDS[k].texts, label: t(`${KINDS[k].texts}.title`) }))}
      >
        {kinds.map((k) => (
          <TabPanel key={k} value={KINDS[k].texts} className="relative flex min-h-0 flex-1 flex-col">
            <Deleted kind={k} />
          </TabPanel>
        ))}
      </Tabs>
    </>
  )
}

const newestFirst = { sort: '-deletedAt' }
function Deleted({ kind }: { kind: Kind }) {
  const { t } = useTranslation('records')
  const tools = useTools()
  const qc = useQueryClient()
  const list = useRecordList(kind, newestFirst, true)
  const [selection, setSelection] = useState<Selection>(nothing)
  const may = { restore: useCan(permission(kind, 'delete')), purge: useCan(permission(kind, 'purge')) }
  const ids = list.rows.map((r) => r.id)
  const chosen = list.rows.filter((r) => isSelected(selection, r.id))
  useToastLift(chosen.length > 0 ? 56 : 0)

  const restoreOne = (r: CrmRecord) => {
    const out = takeOut(qc, kind, new Set([r.id]))
    setSelection((s) => toggle(s, [r.id], false, ids))
    void restore(qc, kind, r).then((ok) => ok || out.back())
  }
  const restoreChosen = () => {
    const which = selection.all ? { all: true } : { ids: [...selection.ids] }
    void bulk(qc, kind, { action: 'restore', ...which }, countOf(selection, list.total), null)
    setSelection(nothing)
  }
  const purge = async (records: readonly CrmRecord[]) => {
    const [first] = records
    if (!first) return
    const sure = await confirm({
      title:
        records.length === 1
          ? t('trash.purgeOne', { name: first.name })
          : t('trash.purgeMany', { count: records.length }),
      description: t('trash.purgeText'),
      action: t('trash.purge'),
      danger: true,
      typed: records.length === 1 ? first.name.trim() : t('trash.typed'),
    })
    if (!sure) return
    setSelection(nothing)
    await purgeAll(qc, kind, records, t)
  }
  if (list.isLoading) return <TrashSkeleton />
  if (list.error) return <ErrorState error={list.error} onRetry={list.retry} className="my-auto" />
  if (list.rows.length === 0)
    return (
      <EmptyState icon={Trash2} tone="gray" title={t('trash.empty')} text={t('trash.emptyHint')} className="my-auto" />
    )
  return (
    <>
      <RefreshBar active={list.isRefreshing} label={t('list.refreshing')} />
      <Rows
        kind={kind}
        list={list}
        tools={tools}
        selection={selection}
        may={may}
        onSelect={(id, on) => setSelection((s) => toggle(s, [id], on, ids))}
        onRestore={restoreOne}
        onPurge={(r) => void purge([r])}
      />
      {(may.restore || may.purge) && chosen.length > 0 && (
        <ChosenBar
          count={countOf(selection, list.total)}
          more={!selection.all && may.restore && list.total > chosen.length ? list.total : 0}
          onAll={() => setSelection({ all: true, ids: new Set() })}
          onClear={() => setSelection(nothing)}
          onRestore={may.restore ? restoreChosen : null}
          onPurge={may.purge && !selection.all ? () => void purge(chosen) : null}
        />
      )}
    </>
  )
}

type Translate = Tools['t']
/** One by one: there is no going back, so each is answered for. */
async function purgeAll(
  qc: ReturnType<typeof useQueryClient>,
  kind: Kind,
  records: readonly CrmRecord[],
  t: Translate,
) {
  const out = takeOut(qc, kind, new Set(records.map((r) => r.id)))
  const many = records.length > 1
  const id = many ? toast.add({ title: t('trash.purging', { count: records.length }), progress: 0 }) : null
  let done = 0
  try {
    for (const r of records) {
      await api.purge(kind, r.id)
      done++
      if (id)
        toast.update(id, { title: t('trash.purging', { count: records.length }), progress: done / records.length })
    }
    const end = { type: 'success' as const, title: t('trash.purged', { count: done }) }
    if (id) toast.update(id, end)
    else toast.add(end)
  } catch (e) {
    if (id) toast.close(id)
    if (done === 0) out.back()
    toast.error(t('trash.notPurged', { count: records.length - done }), e)
  } finally {
    refresh(qc, kind, true)
  }
}

const ROW = 60
type RowsProps = {
  kind: Kind
  list: RecordList
  tools: Tools
  selection: Selection
  may: { restore: boolean; purge: boolean }
  onSelect: (id: string, on: boolean) => void
  onRestore: (r: CrmRecord) => void
  onPurge: (r: CrmRecord) => void
}
function Rows({ kind, list, tools, selection, may, onSelect, onRestore, onPurge }: RowsProps) {
  const { t } = useTranslation('records')
  const { t: tc } = useTranslation()
  const [el, setEl] = useState<HTMLElement | null>(null)
  const { rows, hasMore, isFetchingMore, moreFailed, fetchMore } = list
  const v = useVirtualizer({ count: rows.length, getScrollElement: () => el, estimateSize: () => ROW, overscan: 6 })
  const items = v.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (hasMore && !isFetchingMore && !moreFailed && last >= rows.length - 30) void fetchMore()
  }, [hasMore, isFetchingMore, moreFailed, last, rows.length, fetchMore])
  return (
    <section
      ref={setEl}
      aria-label={t('trash.title')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable from the keyboard
      tabIndex={0}
      className="min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]"
    >
      <ul className="relative" style={{ height: v.getTotalSize() + 72 }}>
        {items.map((it) => {
          const r = rows[it.index]
          if (!r) return null
          const selected = isSelected(selection, r.id)
          return (
            <li
              key={r.id}
              data-selected={selected || undefined}
              className="absolute inset-x-0 top-0 flex h-15 items-center gap-3 border-b border-line px-4 hover:bg-row-hover data-[selected]:bg-row-selected"
              style={{ transform: `translateY(${it.start}px)` }}
            >
              {(may.restore || may.purge) && (
                <Checkbox
                  aria-label={t('select.one', { name: r.name })}
                  checked={selected}
                  onCheckedChange={(on) => onSelect(r.id, on)}
                />
              )}
              <RecordIcon kind={kind} name={r.name} size={32} />
              <div className="min-w-0 flex-1">
                <Link
                  to={KINDS[kind].page}
                  params={{ id: r.id }}
                  className="block truncate text-sm font-medium decoration-line-strong underline-offset-[3px] hover:underline"
                >
                  {r.name}
                </Link>
                <span className="block truncate text-xs text-subtle">{subtitleOf(kind, r) || r.emails[0] || '—'}</span>
              </div>
              <DeletedBy kind={kind} record={r} tools={tools} />
              {may.restore && (
                <Button onClick={() => onRestore(r)} aria-label={t('trash.restoreOne', { name: r.name })}>
                  <RotateCcw size={14} aria-hidden />
                  <span className="max-sm:sr-only">{tc('action.restore')}</span>
                </Button>
              )}
              {may.purge && (
                <IconButton label={t('trash.purgeNamed', { name: r.name })} onClick={() => onPurge(r)}>
                  <Trash2 size={15} />
                </IconButton>
              )}
            </li>
          )
        })}
      </ul>
    </section>
  )
}

/** Who deleted it stands in its timeline, which is asked only for rows that stay in sight. */
function DeletedBy({ kind, record, tools }: { kind: Kind; record: CrmRecord; tools: Tools }) {
  const { t, fmt } = tools
  const [inSight, setInSight] = useState(false)
  useEffect(() => {
    const id = setTimeout(() => setInSight(true), 300)
    return () => clearTimeout(id)
  }, [])
  const by = useQuery({
    queryKey: ['deletedBy', kind, record.id, record.deletedAt],
    queryFn: () => api.deletedBy(kind, record.id),
    enabled: inSight,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  }).data
  const at = record.deletedAt ?? record.updatedAt
  return (
    <span className="w-44 shrink-0 text-right text-xs text-muted max-md:hidden">
      <time dateTime={at} title={fmt.dateTime(at)} className="tabular block">
        {t('trash.deletedAt', { when: fmt.ago(at) })}
      </time>
      <span className="block truncate text-subtle">{by}</span>
    </span>
  )
}

type BarProps = {
  count: number
  /** How many there are in all, when not all are chosen. */
  more: number
  onAll: () => void
  onClear: () => void
  onRestore: (() => void) | null
  onPurge: (() => void) | null
}
function ChosenBar({ count, more, onAll, onClear, onRestore, onPurge }: BarProps) {
  const { t } = useTranslation('records')
  const { t: tc } = useTranslation()
  return (
    <div
      role="toolbar"
      aria-label={t('bulk.label')}
      className="absolute bottom-4 left-1/2 z-20 flex max-w-[calc(100%-16px)] -translate-x-1/2 flex-wrap items-center gap-1 rounded-xl bg-inverse p-1.5 whitespace-nowrap text-inverse-fg shadow-pop"
    >
      <span className="tabular flex items-center gap-1 py-1 pr-1 pl-2.5 text-xs font-medium">
        <span role="status">{tc('selected', { count })}</span>
        <button
          type="button"
          aria-label={t('bulk.clear')}
          onClick={onClear}
          className="grid size-6 place-items-center rounded-sm text-inverse-muted hover:bg-inverse-line"
        >
          <X size={13} />
        </button>
      </span>
      {more > 0 && (
        <Button variant="inverse" onClick={onAll} className="underline decoration-inverse-line underline-offset-4">
          {t('bulk.all', { count: more })}
        </Button>
      )}
      {onRestore && (
        <Button variant="inverse" onClick={onRestore}>
          <RotateCcw size={14} aria-hidden />
          {tc('action.restore')}
        </Button>
      )}
      {onPurge && (
        <Button variant="inverse-danger" onClick={onPurge}>
          <Trash2 size={14} aria-hidden />
          {t('trash.purge')}
        </Button>
      )}
    </div>
  )
}

function TrashSkeleton() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-busy aria-label={t('ui.loading')} className="flex-1 overflow-hidden">
      {['w-40', 'w-52', 'w-36', 'w-48', 'w-44', 'w-32'].map((w) => (
        <div key={w} className="flex h-15 items-center gap-3 border-b border-line px-4">
          <Skeleton className="size-8 rounded-full" />
          <div className="flex flex-col gap-2">
            <Skeleton className={`h-3.5 ${w}`} />
            <Skeleton className="h-3 w-24" />
          </div>
        </div>
      ))}
    </div>
  )
}
