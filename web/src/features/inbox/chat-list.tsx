import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { MessagesSquare, SearchX, Smartphone, Tag as TagIcon, X } from 'lucide-react'
import { lazy, type RefObject, Suspense, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMinute } from '@/shared/lib/use-minute'
import { useCan } from '@/shared/session/session'
import { Button, buttonCls } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { RefreshBar } from '@/shared/ui/progress'
import { SearchBox } from '@/shared/ui/search-box'
import { Skeleton } from '@/shared/ui/skeleton'
import { listOptions, queryOf } from './api'
import { ChatRow, ROW_PX } from './chat-row'
import { QueueStrip, useAccounts } from './queues'
import { type InboxSearch, queueOf } from './search-params'
import { ListSkeleton } from './skeletons'
import type { Chat } from './types'

const AccountSelect = lazy(() => import('./account-select'))

export function useChats(search: InboxSearch) {
  const q = useInfiniteQuery(listOptions(useMemo(() => queryOf(search), [search])))
  const items = useMemo(() => {
    // A page that was read later may repeat what has moved up meanwhile.
    const seen = new Set<string>()
    return q.data?.pages.flatMap((p) => p.items).filter((c) => !seen.has(c.id) && seen.add(c.id))
  }, [q.data])
  return { q, items }
}

type ListProps = {
  search: InboxSearch
  onSearch: (patch: Partial<InboxSearch>) => void
  chatId: string | undefined
  q: ReturnType<typeof useChats>['q']
  items: Chat[] | undefined
  /** Without a pane of queues of their own. */
  strip: boolean
  selected: ReadonlySet<string>
  onSelect: (id: string, on: boolean, range: boolean) => void
  root: RefObject<HTMLDivElement | null>
  cursor: RefObject<string | undefined>
  searchRef: RefObject<HTMLInputElement | null>
  /** Told where a conversation is, for keys that walk. */
  onScrollTo: (run: (id: string) => void) => void
}
export function ChatList(p: ListProps) {
  const { search, onSearch, q, items, strip } = p
  const several = useAccounts().length > 1
  const { t } = useTranslation('inbox')
  const { t: tc } = useTranslation()
  return (
    <>
      <div className="flex shrink-0 flex-col gap-2 px-2.5 pt-2.5 pb-2">
        <div className="flex">
          <SearchBox
            value={search.q ?? ''}
            onValue={(text) => onSearch({ q: text || undefined })}
            label={t('search')}
            inputRef={p.searchRef}
          />
        </div>
        {strip && several && (
          <Suspense fallback={<Skeleton className="h-8" />}>
            <AccountSelect search={search} onSearch={onSearch} />
          </Suspense>
        )}
        {search.tag && (
          <button
            type="button"
            onClick={() => onSearch({ tag: undefined })}
            className="flex h-7 w-fit max-w-full items-center gap-1.5 rounded-md bg-active px-2 text-xs font-medium text-fg"
          >
            <TagIcon size={12} aria-hidden />
            <span className="truncate">{search.tag}</span>
            <X size={12} aria-hidden />
            <span className="sr-only">{tc('action.clear')}</span>
          </button>
        )}
      </div>
      {strip ? <QueueStrip search={search} /> : <div className="shrink-0 border-t border-line" />}
      <RefreshBar active={q.isRefetching && !q.isFetchingNextPage} label={tc('ui.loading')} />
      {q.isPending ? (
        <ListSkeleton />
      ) : q.error && !items ? (
        <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} className="m-auto" />
      ) : items && items.length > 0 ? (
        <Rows {...p} items={items} />
      ) : (
        <Nothing search={search} onSearch={onSearch} />
      )}
    </>
  )
}

function Rows(p: ListProps & { items: Chat[] }) {
  const { search, chatId, q, items, selected, onSelect, root, cursor, onScrollTo } = p
  const { t } = useTranslation('inbox')
  const [el, setEl] = useState<HTMLDivElement | null>(null)
  const now = useMinute()
  const v = useVirtualizer({
    count: items.length,
    getScrollElement: () => el,
    estimateSize: () => ROW_PX,
    getItemKey: (i) => items[i]?.id ?? i,
    overscan: 8,
    paddingStart: 6,
    paddingEnd: 6,
  })
  const last = v.getVirtualItems().at(-1)?.index ?? 0
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = q
  useEffect(() => {
    if (last >= items.length - 10 && hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [last, items.length, hasNextPage, isFetchingNextPage, fetchNextPage])
  useEffect(() => {
    onScrollTo((id) => {
      const at = items.findIndex((c) => c.id === id)
      if (at >= 0) v.scrollToIndex(at, { align: 'auto' })
    })
  }, [items, v, onScrollTo])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: notes which row has the focus, nothing more
    <div
      ref={(node) => {
        setEl(node)
        root.current = node
      }}
      onFocus={(e) => {
        cursor.current = e.target.closest<HTMLElement>('[data-chat]')?.dataset['chat'] ?? cursor.current
      }}
      className="min-h-0 flex-1 overflow-y-auto"
    >
      <ul aria-label={t('conversations')} className="relative" style={{ height: v.getTotalSize() }}>
        {v.getVirtualItems().map((it) => {
          const c = items[it.index]
          return (
            c && (
              <li
                key={it.key}
                aria-setsize={hasNextPage ? -1 : items.length}
                aria-posinset={it.index + 1}
                className="absolute inset-x-1.5 top-0 py-px"
                style={{ transform: `translateY(${it.start}px)`, height: ROW_PX }}
              >
                <ChatRow
                  chat={c}
                  search={search}
                  on={c.id === chatId}
                  selecting={selected.size > 0}
                  selected={selected.has(c.id)}
                  onSelect={onSelect}
                  now={now}
                />
              </li>
            )
          )
        })}
      </ul>
    </div>
  )
}

/** Why there is nothing, and what to do about it. */
function Nothing({ search, onSearch }: Pick<ListProps, 'search' | 'onSearch'>) {
  const { t } = useTranslation('inbox')
  const mayConnect = useCan('bd.accounts.write')
  const accounts = useAccounts()
  const queue = queueOf(search)
  if (search.q || search.tag || search.account)
    return (
      <EmptyState
        icon={SearchX}
        tone="gray"
        title={t('empty.filtered')}
        actions={
          <Button size="md" onClick={() => onSearch({ q: undefined, tag: undefined, account: undefined })}>
            {t('empty.clear')}
          </Button>
        }
      />
    )
  if (queue === 'all' && accounts.length === 0)
    return (
      <EmptyState
        icon={Smartphone}
        title={t('empty.first')}
        text={t(mayConnect ? 'empty.firstText' : 'empty.firstForbidden')}
        actions={
          mayConnect && (
            <Link to="/accounts" search={{ connect: true }} className={buttonCls('primary', 'md')}>
              {t('empty.connect')}
            </Link>
          )
        }
      />
    )
  return (
    <EmptyState
      icon={MessagesSquare}
      tone={queue === 'all' || queue === 'mine' ? 'green' : 'gray'}
      title={t(`empty.${queue}`)}
      text={t(`empty.${queue}Text`)}
      actions={
        queue !== 'all' && (
          <Button size="md" onClick={() => onSearch({ queue: undefined })}>
            {t('empty.toAll')}
          </Button>
        )
      }
    />
  )
}
