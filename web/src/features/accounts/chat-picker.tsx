import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { RefreshCw, Search, ShieldCheck } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { useDebounced } from '@/shared/lib/use-debounced'
import { useFormat } from '@/shared/session/use-format'
import { Button } from '@/shared/ui/button'
import { Checkbox } from '@/shared/ui/checkbox'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { IconButton } from '@/shared/ui/icon-button'
import { Input } from '@/shared/ui/input'
import { Select } from '@/shared/ui/select'
import { Skeleton } from '@/shared/ui/skeleton'
import { toast } from '@/shared/ui/toast'
import { api, type DialogQuery, dialogsOptions, keys } from './api'
import { KIND_ICON } from './kinds'
import type { Dialog, DialogKind } from './types'

const KINDS: readonly DialogKind[] = ['private', 'group', 'supergroup', 'channel', 'bot']
const ROW_PX = 48
const SPANS = [7, 30, 90, 365, null] as const
export type Span = (typeof SPANS)[number]
/** A folder is read to its end in so many pages at most. */
const MOST_PAGES = 20

type PickerProps = {
  id: string
  selected: ReadonlySet<string>
  onSelected: (ids: ReadonlySet<string>) => void
  days: Span
  onDays: (days: Span) => void
}
/** The chats of an account: only what is chosen here is ever read in. */
export function ChatPicker({ id, selected, onSelected, days, onDays }: PickerProps) {
  const { t } = useTranslation('accounts')
  const qc = useQueryClient()
  const [text, setText] = useState('')
  const search = useDebounced(text.trim())
  const [folder, setFolder] = useState('')
  const [kind, setKind] = useState('')
  const query = useMemo<DialogQuery>(
    () => ({
      ...(search && { search }),
      ...(folder && { folder: Number(folder) }),
      ...(kind && { kind: kind as DialogKind }),
    }),
    [search, folder, kind],
  )
  const q = useInfiniteQuery(dialogsOptions(id, query))
  const [folders, setFolders] = useState<{ id: number; title: string }[]>([])
  const known = q.data?.pages[0]?.folders
  useEffect(() => {
    if (known && known.length > 0) setFolders(known)
  }, [known])
  const items = useMemo(() => q.data?.pages.flatMap((p) => p.items) ?? [], [q.data])
  const [all, setAll] = useState(false)
  const toggle = (some: readonly string[], on: boolean) => {
    const next = new Set(selected)
    for (const one of some) on ? next.add(one) : next.delete(one)
    onSelected(next)
  }
  /** All that match, loaded or not. */
  const selectAll = async () => {
    setAll(true)
    try {
      const next = new Set(selected)
      let cursor: string | undefined
      for (let i = 0; i < MOST_PAGES; i++) {
        const page = await api.dialogs(id, { ...query, cursor })
        for (const d of page.items) next.add(d.chatId)
        cursor = page.page.nextCursor ?? undefined
        if (!cursor) break
      }
      onSelected(next)
    } catch (e) {
      toast.error(t('chats.notRead'), e)
    }
    setAll(false)
  }
  const refresh = () =>
    api.refreshDialogs(id).then(
      () => void qc.invalidateQueries({ queryKey: keys.dialogs(id) }),
      (e: unknown) => toast.error(t('chats.notRead'), e),
    )
  const everyShown = items.length > 0 && items.every((d) => selected.has(d.chatId))
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <p className="flex items-start gap-2 rounded-lg bg-sunken p-2.5 text-sm text-muted">
        <ShieldCheck size={16} strokeWidth={1.75} aria-hidden className="mt-px shrink-0 text-success" />
        {t('chats.privacy')}
      </p>
      <div className="flex flex-wrap gap-2">
        <div className="min-w-0 flex-1 basis-48">
          <Input
            type="search"
            aria-label={t('chats.search')}
            placeholder={t('chats.search')}
            icon={<Search size={14} aria-hidden />}
            value={text}
            onChange={(e) => setText(e.target.value)}
          />
        </div>
        {folders.length > 0 && (
          <div className="w-40">
            <Select
              aria-label={t('chats.folder')}
              value={folder}
              onValueChange={setFolder}
              options={[
                { value: '', label: t('chats.allFolders') },
                ...folders.map((f) => ({ value: String(f.id), label: f.title })),
              ]}
            />
          </div>
        )}
        <div className="w-40">
          <Select
            aria-label={t('chats.kind')}
            value={kind}
            onValueChange={setKind}
            options={[
              { value: '', label: t('chats.allKinds') },
              ...KINDS.map((k) => ({ value: k as string, label: t(`kind.${k}`) })),
            ]}
          />
        </div>
        <IconButton label={t('chats.refresh')} variant="secondary" onClick={() => void refresh()}>
          <RefreshCw size={14} />
        </IconButton>
      </div>
      <div className="overflow-hidden rounded-lg shadow-card">
        <div className="flex h-10 items-center gap-3 border-b border-line bg-sunken px-3 text-xs">
          <Checkbox
            aria-label={t('chats.selectShown')}
            checked={everyShown}
            indeterminate={!everyShown && items.some((d) => selected.has(d.chatId))}
            disabled={items.length === 0}
            onCheckedChange={(on) =>
              toggle(
                items.map((d) => d.chatId),
                on,
              )
            }
          />
          <span role="status" className="tabular flex-1 font-medium">
            {t('chats.selected', { count: selected.size })}
          </span>
          {selected.size > 0 && (
            <Button size="xs" variant="ghost" onClick={() => onSelected(new Set())}>
              {t('chats.none')}
            </Button>
          )}
          {q.hasNextPage && (
            <Button size="xs" busy={all} onClick={() => void selectAll()}>
              {t(folder ? 'chats.allOfFolder' : 'chats.all')}
            </Button>
          )}
        </div>
        {q.isPending || (items.length === 0 && q.data?.pages[0]?.fetchedAt === null) ? (
          <PickerSkeleton />
        ) : q.error && items.length === 0 ? (
          <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} className="py-6!" />
        ) : items.length === 0 ? (
          <EmptyState icon={Search} tone="gray" title={t('chats.nothing')} className="py-6!" />
        ) : (
          <Rows
            items={items}
            selected={selected}
            onToggle={(chatId, on) => toggle([chatId], on)}
            onEnd={() => q.hasNextPage && !q.isFetchingNextPage && void q.fetchNextPage()}
          />
        )}
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <span id="sync-span" className="text-sm text-muted">
          {t('chats.span')}
        </span>
        <div className="w-44">
          <Select
            aria-label={t('chats.span')}
            value={String(days ?? '')}
            onValueChange={(v) => onDays(SPANS.find((s) => String(s ?? '') === v) ?? null)}
            options={SPANS.map((s) => ({
              value: String(s ?? ''),
              label: s === null ? t('chats.ever') : t('chats.days', { count: s }),
            }))}
          />
        </div>
      </div>
    </div>
  )
}

type RowsProps = {
  items: readonly Dialog[]
  selected: ReadonlySet<string>
  onToggle: (chatId: string, on: boolean) => void
  onEnd: () => void
}
function Rows({ items, selected, onToggle, onEnd }: RowsProps) {
  const { t } = useTranslation('accounts')
  const { ago, num } = useFormat()
  const [el, setEl] = useState<HTMLDivElement | null>(null)
  const v = useVirtualizer({
    count: items.length,
    getScrollElement: () => el,
    estimateSize: () => ROW_PX,
    overscan: 8,
  })
  const last = v.getVirtualItems().at(-1)?.index ?? 0
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the end comes into sight, not whenever a handler is new
  useEffect(() => {
    if (last >= items.length - 5) onEnd()
  }, [last, items.length])
  return (
    <div ref={setEl} className="overflow-y-auto" style={{ height: 280 }}>
      <ul aria-label={t('chats.title')} className="relative" style={{ height: v.getTotalSize() }}>
        {v.getVirtualItems().map((it) => {
          const d = items[it.index]
          if (!d) return null
          const Icon = KIND_ICON[d.kind]
          const facts = [
            t(`kind.${d.kind}`),
            d.members !== null && t('chats.members', { count: d.members }),
            d.estimate !== null && t('chats.estimate', { count: d.estimate, shown: num(d.estimate) }),
          ].filter(Boolean)
          return (
            <li
              key={d.chatId}
              className="absolute inset-x-0 top-0 border-b border-line-soft"
              style={{ transform: `translateY(${it.start}px)`, height: ROW_PX }}
            >
              <label
                htmlFor={`chat-${d.chatId}`}
                className={cn(
                  'flex h-full items-center gap-3 px-3 hover:bg-row-hover',
                  selected.has(d.chatId) && 'bg-row-selected',
                )}
              >
                <Checkbox
                  id={`chat-${d.chatId}`}
                  checked={selected.has(d.chatId)}
                  onCheckedChange={(on) => onToggle(d.chatId, on)}
                />
                <Icon size={15} strokeWidth={1.75} aria-hidden className="shrink-0 text-subtle" />
                <span className="min-w-0 flex-1">
                  <span className="block truncate text-sm font-medium">{d.title}</span>
                  <span className="block truncate text-xs text-subtle">{facts.join(' · ')}</span>
                </span>
                {d.lastMessageAt && (
                  <span className="tabular shrink-0 text-xs text-subtle">{ago(d.lastMessageAt)}</span>
                )}
              </label>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
function PickerSkeleton() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-busy aria-label={t('ui.loading')} style={{ height: 280 }} className="overflow-hidden">
      {['w-40', 'w-32', 'w-44', 'w-36', 'w-28', 'w-48'].map((w) => (
        <div key={w} className="flex items-center gap-3 border-b border-line-soft px-3" style={{ height: ROW_PX }}>
          <Skeleton className="size-4" />
          <div className="flex flex-col gap-1.5">
            <Skeleton className={`h-3.5 ${w}`} />
            <Skeleton className="h-3 w-20" />
          </div>
        </div>
      ))}
    </div>
  )
}
