import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import {
  Archive,
  ArrowDown,
  ArrowUp,
  CheckCheck,
  Clock,
  Combine,
  ListChecks,
  Lock,
  MessagesSquare,
  Reply,
  SquareCheck,
  Tag as TagIcon,
  UserPlus,
} from 'lucide-react'
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Command, mayTakeKey, useCommands } from '@/shared/commands/commands'
import { useKey } from '@/shared/commands/keys'
import { cn } from '@/shared/lib/cn'
import { useMediaQuery } from '@/shared/lib/use-media-query'
import { useCan } from '@/shared/session/session'
import { EmptyState } from '@/shared/ui/empty-state'
import { WidgetBoundary } from '@/shared/ui/error-boundary'
import { Kbd } from '@/shared/ui/kbd'
import { PageHeader } from '@/shared/ui/page-header'
import { useActions } from './actions'
import { chatOptions } from './api'
import { BulkBar } from './bulk-bar'
import { findChat } from './cache'
import { ChatList, useChats } from './chat-list'
import { ChatTools, type OpenTool, type Tool } from './chat-tools'
import type { ComposerHandle } from './composer'
import { ContextPane } from './context-pane'
import { Conversation } from './conversation'
import { useInboxLive } from './live'
import { afterwards, nameOf, neighbour } from './model'
import { Queues } from './queues'
import { type InboxSearch, queueOf } from './search-params'
import type { Chat } from './types'

const ContextSheet = lazy(() => import('./context-sheet'))

const LIST_PX = 300
const CONTEXT_PX = 264
const nothing: ReadonlySet<string> = new Set()

type PageProps = {
  search: InboxSearch
  chatId: string | undefined
}
/** Conversations of all accounts: queues, list, thread, context. On a phone one after the other. */
export function InboxPage(p: PageProps) {
  const { t } = useTranslation('inbox')
  const may = useCan('messaging.chats.read')
  if (may) return <Inbox {...p} />
  return (
    <>
      <PageHeader icon={MessagesSquare} title={t('title')} />
      <EmptyState icon={MessagesSquare} tone="gray" title={t('forbidden')} text={t('forbiddenText')} />
    </>
  )
}

function Inbox({ search, chatId }: PageProps) {
  const { t } = useTranslation('inbox')
  const navigate = useNavigate()
  const qc = useQueryClient()
  const actions = useActions()
  useInboxLive()
  const desktop = useMediaQuery('(min-width: 768px)')
  const queuesFit = useMediaQuery('(min-width: 1180px)')
  const contextFits = useMediaQuery('(min-width: 1400px)')
  const { q, items } = useChats(search)
  const [context, setContext] = useState(true)
  const [sheet, setSheet] = useState(false)
  const [tool, setTool] = useState<(OpenTool & { chats: readonly Chat[] }) | null>(null)
  const { selected, some, select, selectAll, clear } = useSelection(items)
  const root = useRef<HTMLDivElement | null>(null)
  const searchRef = useRef<HTMLInputElement | null>(null)
  const composer = useRef<ComposerHandle | null>(null)
  const scrollTo = useRef<(id: string) => void>(() => {})
  const onScrollTo = useCallback((run: (id: string) => void) => {
    scrollTo.current = run
  }, [])

  const onSearch = useCallback(
    (patch: Partial<InboxSearch>) => {
      const next = { ...search, ...patch }
      if (chatId && ('at' in patch || desktop))
        void navigate({ to: '/inbox/$chatId', params: { chatId }, search: next, replace: 'q' in patch })
      else void navigate({ to: '/inbox', search: next, replace: 'q' in patch })
    },
    [search, chatId, desktop, navigate],
  )
  const open = useCallback(
    (id: string | undefined, replace = false) => {
      const to = { ...search, at: undefined }
      if (id) void navigate({ to: '/inbox/$chatId', params: { chatId: id }, search: to, replace })
      else void navigate({ to: '/inbox', search: to, replace })
      if (id) scrollTo.current(id)
    },
    [search, navigate],
  )
  const ids = useMemo(() => items?.map((c) => c.id) ?? [], [items])
  // A link may lead to one that the list does not have.
  const opened = useQuery({
    ...chatOptions(chatId ?? ''),
    enabled: chatId !== undefined,
    placeholderData: () => findChat(qc, chatId ?? ''),
  }).data
  const current = chatId ? opened : undefined
  /** Where one walks: the row that had the focus last. */
  const cursor = useRef<string | undefined>(undefined)
  const focused = () => cursor.current
  const focusRow = (id: string) => {
    cursor.current = id
    scrollTo.current(id)
    requestAnimationFrame(() => root.current?.querySelector<HTMLElement>(`[data-chat="${id}"] [data-row]`)?.focus())
  }
  const step = (by: 1 | -1) => {
    if (chatId) {
      const next = neighbour(ids, chatId, by)
      if (next) open(next, true)
      return
    }
    const next = neighbour(ids, focused() ?? '', by)
    if (next) focusRow(next)
  }
  /** What a key is about: what is selected, the one that is open, the one that has the focus. */
  const meant = (): Chat[] => {
    if (some.length > 0) return some
    const id = chatId ?? focused()
    const one = id === chatId ? current : items?.find((c) => c.id === id)
    return one ? [one] : []
  }
  const leave = (gone: readonly Chat[]) => {
    clear()
    if (!chatId || !gone.some((c) => c.id === chatId)) return
    open(desktop ? afterwards(ids, chatId) : undefined, true)
  }
  const done = (chats: readonly Chat[]) => {
    if (chats.length === 0) return
    const reopen = chats.every((c) => c.state === 'done')
    if (!reopen && queueOf(search) !== 'done') leave(chats)
    void actions.done(chats, !reopen)
  }
  const openTool = (name: Tool) => {
    const chats = meant()
    const anchor =
      document.querySelector<HTMLElement>(some.length > 0 ? `[data-bulk=${name}]` : `[data-tool=${name}]`) ??
      (chats[0]?.id === chatId ? document.querySelector<HTMLElement>('[data-tool=more]') : null) ??
      document.querySelector<HTMLElement>(`[data-chat="${chats[0]?.id}"]`)
    if (chats.length > 0 && anchor) setTool({ tool: name, anchor, chats })
  }
  useInboxCommands({
    next: () => step(1),
    previous: () => step(-1),
    reply: () => composer.current?.reply(null),
    note: () => composer.current?.note(),
    assign: () => openTool('assign'),
    snooze: () => openTool('snooze'),
    labels: () => openTool('tags'),
    done: () => done(meant()),
    select: () => {
      const id = focused() ?? chatId
      if (id) select(id, !selected.has(id), false)
    },
    selectAll: () => selectAll(),
    merge: () => meant().length === 1 && openTool('merge'),
    read: () => void actions.read(some.length > 0 ? some : (items ?? [])),
  })
  useEscape(() => {
    if (selected.size > 0) clear()
    else if (search.at) onSearch({ at: undefined })
    else if (chatId) {
      const id = chatId
      open(undefined)
      requestAnimationFrame(() => focusRow(id))
    } else return false
    return true
  })
  const showList = desktop || !chatId
  const contextOpen = contextFits ? context : sheet
  const toggleContext = () => (contextFits ? setContext(!context) : setSheet(!sheet))
  const pane = current && (
    <WidgetBoundary key={current.id}>
      <ContextPane chat={current} actions={actions} onTool={(o) => setTool({ ...o, chats: [current] })} />
    </WidgetBoundary>
  )
  return (
    <div className="flex min-h-0 flex-1">
      <Title name={current && nameOf(current)} shown={!showList} />
      {desktop && queuesFit && (
        <div className="flex min-h-0 flex-col">
          <Queues search={search} />
        </div>
      )}
      {showList && (
        <section
          aria-label={t('title')}
          className={cn('relative flex min-h-0 min-w-0 flex-col', desktop ? 'shrink-0 border-r border-line' : 'flex-1')}
          style={desktop ? { width: LIST_PX } : undefined}
        >
          <PageHeader icon={MessagesSquare} title={t('title')} tab={current ? nameOf(current) : t('title')} />
          <ChatList
            search={search}
            onSearch={onSearch}
            chatId={chatId}
            q={q}
            items={items}
            strip={!queuesFit || !desktop}
            selected={selected}
            onSelect={select}
            root={root}
            cursor={cursor}
            searchRef={searchRef}
            onScrollTo={onScrollTo}
          />
          {some.length > 0 && (
            <BulkBar
              chats={some}
              actions={actions}
              onTool={(o) => setTool({ ...o, chats: some })}
              onDone={() => done(some)}
              onClear={clear}
            />
          )}
        </section>
      )}
      {chatId ? (
        <section aria-label={t('conversation')} className="flex min-h-0 min-w-0 flex-1 flex-col">
          <Conversation
            key={chatId}
            chatId={chatId}
            search={search}
            onSearch={onSearch}
            actions={actions}
            composer={composer}
            onTool={(o) => current && setTool({ ...o, chats: [current] })}
            onDone={(c) => done([c])}
            context={{ open: contextOpen, toggle: toggleContext }}
          />
        </section>
      ) : (
        desktop && <NoneOpen any={ids.length > 0} />
      )}
      {chatId && contextFits && context && (
        <aside
          aria-label={t('details')}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled by keys even when nothing inside takes the focus
          tabIndex={0}
          className="min-h-0 shrink-0 overflow-y-auto border-l border-line outline-offset-[-2px]"
          style={{ width: CONTEXT_PX }}
        >
          {pane}
        </aside>
      )}
      {chatId && !contextFits && current && (
        <Suspense>
          {sheet && (
            <ContextSheet side={desktop ? 'right' : 'bottom'} onClose={() => setSheet(false)}>
              {pane}
            </ContextSheet>
          )}
        </Suspense>
      )}
      <ChatTools
        open={tool}
        chats={tool?.chats ?? []}
        actions={actions}
        onClose={() => setTool(null)}
        onGone={() => tool && queueOf(search) !== 'snoozed' && leave(tool.chats)}
      />
    </div>
  )
}

/** On a phone the list with the heading is away while a conversation is open. */
function Title({ name, shown }: { name: string | undefined; shown: boolean }) {
  const { t } = useTranslation('inbox')
  if (!shown) return null
  return <h1 className="sr-only">{name ?? t('title')}</h1>
}

function NoneOpen({ any }: { any: boolean }) {
  const { t } = useTranslation('inbox')
  const keys = [useKey('next'), useKey('previous')].filter(Boolean)
  return (
    <section aria-label={t('conversation')} className="grid min-w-0 flex-1 place-items-center bg-sunken">
      {any && (
        <EmptyState
          icon={MessagesSquare}
          tone="gray"
          title={t('choose')}
          text={
            <span className="flex flex-wrap items-center justify-center gap-1">
              {t('chooseText')}
              {keys.map((k) => (
                <Kbd key={k}>{k}</Kbd>
              ))}
            </span>
          }
        />
      )}
    </section>
  )
}

/** Which are chosen; what has left the list is no longer. */
function useSelection(items: Chat[] | undefined) {
  const [chosen, setChosen] = useState(nothing)
  const last = useRef<string | null>(null)
  const all = useRef(items)
  all.current = items
  const some = useMemo(() => (items ?? []).filter((c) => chosen.has(c.id)), [items, chosen])
  const selected = useMemo(() => new Set(some.map((c) => c.id)), [some])
  const select = useCallback((id: string, on: boolean, range: boolean) => {
    const ids = all.current?.map((c) => c.id) ?? []
    const [from, to] = [ids.indexOf(range ? (last.current ?? id) : id), ids.indexOf(id)].sort((a, b) => a - b)
    last.current = id
    setChosen((now) => {
      const next = new Set(now)
      for (const one of ids.slice(from, (to ?? 0) + 1)) {
        if (on) next.add(one)
        else next.delete(one)
      }
      return next
    })
  }, [])
  const MOST = 100
  return {
    some,
    selected,
    select,
    selectAll: () => setChosen(new Set(items?.slice(0, MOST).map((c) => c.id))),
    clear: () => setChosen(nothing),
  }
}

function useEscape(run: () => boolean) {
  const now = useRef(run)
  now.current = run
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (e.key === 'Escape' && mayTakeKey(e) && now.current()) e.preventDefault()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
}

const KEYED = [
  ['next', ArrowDown, 'next'],
  ['previous', ArrowUp, 'previous'],
  ['reply', Reply, 'reply'],
  ['note', Lock, 'note'],
  ['assign', UserPlus, 'assign'],
  ['snooze', Clock, 'snooze'],
  ['done', Archive, 'done'],
  ['labels', TagIcon, 'labels'],
  ['select', SquareCheck, 'select'],
  ['selectAll', ListChecks, 'selectAll'],
  ['read', CheckCheck, null],
  ['merge', Combine, null],
] as const
type Keys = Record<(typeof KEYED)[number][0], () => void>
function useInboxCommands(keys: Keys) {
  const { t } = useTranslation('inbox')
  const mayWrite = useCan('messaging.chats.write')
  const now = useRef(keys)
  now.current = keys
  const commands = useMemo<Command[]>(
    () =>
      KEYED.filter(([id]) => mayWrite || !['note', 'assign', 'snooze', 'done', 'labels', 'merge'].includes(id)).map(
        ([id, icon, action]) => ({
          id: `inbox.${id}`,
          label: t(`keys.${id}`),
          icon,
          ...(action && { action }),
          run: () => now.current[id](),
        }),
      ),
    [t, mayWrite],
  )
  useCommands(commands)
}
