import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ArrowDown, ArrowUp, Megaphone, Plus } from 'lucide-react'
import { lazy, Suspense, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { type Command, useCommands } from '@/shared/commands/commands'
import { useCan } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Button } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { PageHeader } from '@/shared/ui/page-header'
import { RefreshBar } from '@/shared/ui/progress'
import { ScrollRegion } from '@/shared/ui/scroll-region'
import { SearchBox } from '@/shared/ui/search-box'
import { tabCls } from '@/shared/ui/tab-look'
import { listOptions } from './api'
import { CampaignRow, ListHead, RowsSkeleton } from './campaign-row'
import { LIST_STATES, type ListSearch } from './search-params'

const NewCampaign = lazy(() => import('./new-campaign'))

type PageProps = { search: ListSearch; onSearch: (patch: ListSearch, replace?: boolean) => void }
/** Outreach that goes by itself until somebody answers. */
export function CampaignsPage(p: PageProps) {
  const { t } = useTranslation('campaigns')
  const may = useCan('campaigns.read')
  if (may) return <List {...p} />
  return (
    <>
      <PageHeader icon={Megaphone} title={t('title')} />
      <EmptyState icon={Megaphone} tone="gray" title={t('forbidden')} text={t('forbiddenText')} />
    </>
  )
}

function List({ search, onSearch }: PageProps) {
  const { t } = useTranslation('campaigns')
  const { t: tc } = useTranslation()
  const { num } = useFormat()
  const mayWrite = useCan('campaigns.write')
  const q = useInfiniteQuery(listOptions({ state: search.state, search: search.q }))
  const list = useRef<HTMLUListElement>(null)
  const all = q.data?.pages.flatMap((p) => p.items) ?? []
  const page = q.data?.pages[0]?.page
  const filtered = !!search.state || !!search.q
  const first = !!q.data && all.length === 0 && !filtered
  const begin = () => onSearch({ ...search, new: true })
  useListCommands(list, mayWrite ? begin : null)
  const create = (inHeader: boolean) =>
    mayWrite && (
      <Button variant="primary" size="md" onClick={begin}>
        <Plus size={15} strokeWidth={2.2} aria-hidden />
        <span className={inHeader ? 'max-sm:sr-only' : undefined}>{t('new')}</span>
      </Button>
    )
  return (
    <>
      <PageHeader
        icon={Megaphone}
        title={t('title')}
        count={page && page.total > 0 ? num(page.total) : undefined}
        actions={!first && create(true)}
      />
      {!first && (
        <div className="flex shrink-0 flex-col gap-2 border-b border-line px-2.5 py-1.5 md:h-11 md:flex-row md:items-center md:py-0">
          <nav aria-label={t('states')} className="no-scrollbar -mx-0.5 flex min-w-0 gap-0.5 overflow-x-auto px-0.5">
            {[undefined, ...LIST_STATES].map((state) => (
              <Link
                key={state ?? 'all'}
                to="/campaigns"
                search={{ ...(search.q ? { q: search.q } : {}), ...(state ? { state } : {}) }}
                className={tabCls}
                data-active={search.state === state ? '' : undefined}
                aria-current={search.state === state ? 'page' : undefined}
              >
                {t(state ? `state.${state}` : 'allStates')}
              </Link>
            ))}
          </nav>
          <div className="flex md:ml-auto">
            <SearchBox
              value={search.q ?? ''}
              onValue={(v) => onSearch({ ...search, q: v || undefined }, true)}
              label={t('search')}
              inputRef={null}
            />
          </div>
        </div>
      )}
      <RefreshBar active={q.isRefetching && !q.isPlaceholderData} label={t('refreshing')} />
      <ScrollRegion label={t('title')} className="bg-sunken">
        <div className="mx-auto flex w-full max-w-[1240px] flex-col gap-3 p-3 md:p-6">
          {q.isPending ? (
            <RowsSkeleton />
          ) : q.error && !q.data ? (
            <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
          ) : all.length > 0 ? (
            <>
              <ListHead />
              <ul ref={list} aria-label={t('title')} className="flex flex-col gap-2">
                {all.map((c) => (
                  <CampaignRow key={c.id} campaign={c} />
                ))}
              </ul>
              {q.hasNextPage && (
                <Button
                  size="md"
                  busy={q.isFetchingNextPage}
                  onClick={() => void q.fetchNextPage()}
                  className="mx-auto"
                >
                  {t('more')}
                </Button>
              )}
            </>
          ) : filtered ? (
            <EmptyState
              icon={Megaphone}
              tone="gray"
              title={t('noneSuch')}
              actions={
                <Button size="md" onClick={() => onSearch({})}>
                  {t('showAll')}
                </Button>
              }
            />
          ) : (
            <First create={create(false)} mayWrite={mayWrite} />
          )}
        </div>
      </ScrollRegion>
      <Suspense>
        {search.new && mayWrite && <NewCampaign onClose={() => onSearch({ ...search, new: undefined }, true)} />}
      </Suspense>
      <span className="sr-only" role="status">
        {q.isFetchingNextPage ? tc('ui.loading') : ''}
      </span>
    </>
  )
}

/** Nobody has made one yet: what it is, in three lines, and how to begin. */
function First({ create, mayWrite }: { create: React.ReactNode; mayWrite: boolean }) {
  const { t } = useTranslation('campaigns')
  return (
    <div className="mx-auto flex w-full max-w-[760px] flex-col items-center rounded-lg bg-card px-4 pb-8 shadow-card md:px-8">
      <EmptyState
        icon={Megaphone}
        title={t('empty')}
        text={t(mayWrite ? 'emptyText' : 'emptyForbidden')}
        actions={create}
        className="pb-6!"
      />
      <ol className="grid w-full gap-5 border-t border-line-soft pt-6 sm:grid-cols-3">
        {(['choose', 'rehearse', 'stop'] as const).map((k, i) => (
          <li key={k} className="flex gap-3 sm:flex-col sm:gap-2">
            <span
              data-tone="blue"
              aria-hidden
              className="tabular grid size-6 shrink-0 place-items-center rounded-full bg-tone text-xs font-semibold text-tone-fg"
            >
              {i + 1}
            </span>
            <div>
              <h3 className="text-sm font-semibold">{t(`first.${k}`)}</h3>
              <p className="mt-0.5 text-xs text-muted">{t(`first.${k}Text`)}</p>
            </div>
          </li>
        ))}
      </ol>
    </div>
  )
}

/** J and K walk the rows, C begins a new one. */
function useListCommands(list: React.RefObject<HTMLUListElement | null>, create: (() => void) | null) {
  const { t } = useTranslation('campaigns')
  const now = useRef(create)
  now.current = create
  const may = !!create
  const commands = useMemo<Command[]>(() => {
    const walk = (by: number) => () => {
      const rows = [...(list.current?.querySelectorAll<HTMLElement>('a[data-row]') ?? [])]
      const at = rows.indexOf(document.activeElement as HTMLElement)
      rows[Math.max(0, Math.min(rows.length - 1, at + by))]?.focus()
    }
    return [
      ...(may
        ? [{ id: 'campaigns.new', label: t('new'), icon: Plus, action: 'create' as const, run: () => now.current?.() }]
        : []),
      { id: 'campaigns.next', label: t('next'), icon: ArrowDown, action: 'next', run: walk(1) },
      { id: 'campaigns.previous', label: t('previous'), icon: ArrowUp, action: 'previous', run: walk(-1) },
    ]
  }, [t, list, may])
  useCommands(commands)
}
