import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { useSession } from '@/shared/session/session'
import { announce } from '@/shared/ui/announcer'
import { Button } from '@/shared/ui/button'
import { ErrorState } from '@/shared/ui/error-state'
import { RefreshBar } from '@/shared/ui/progress'
import type { Actions } from './actions'
import { commentsOptions, threadOptions } from './api'
import { messagesOf } from './cache'
import { CommentRow } from './comment-row'
import { dayName } from './day-name'
import { readNews } from './live'
import { MessageRow, type RowActions, ServiceLine } from './message-row'
import { isGroup } from './model'
import { ThreadSkeleton } from './skeletons'
import { firstUnread, indexOfMessage, type Row, rowsOf } from './thread-model'
import type { Chat, Message } from './types'
import { useWaiting } from './use-waiting'

const NEAR_PX = 600
const END_PX = 80
/** Pages that are read to find where one has stopped reading. */
const MOST_BACK = 8

type ThreadProps = {
  chat: Chat
  /** Opened at this message. */
  at: string | undefined
  onAt: (id: string | undefined) => void
  actions: Actions
  row: Omit<RowActions, 'jump'>
  writable: boolean
  comments: boolean
}
/** The messages of a conversation: opens at its end, or where one has stopped reading; what is older comes as one scrolls. */
export function Thread(p: ThreadProps) {
  const { chat, at } = p
  const qc = useQueryClient()
  const q = useInfiniteQuery(threadOptions(chat.id, at))
  // What happened while this thread was not on screen, but kept.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per opening
  useEffect(() => {
    if (q.data && Date.now() - q.dataUpdatedAt > 15_000) void readNews(qc, chat.id).catch(() => {})
  }, [chat.id])
  if (q.isPending) return <ThreadSkeleton />
  if (q.error && !q.data)
    return <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} className="m-auto" />
  return <Log key={at ?? ''} {...p} q={q} />
}
type LogProps = ThreadProps & { q: LoadedThread }
type LoadedThread = {
  data: Parameters<typeof messagesOf>[0]
  hasPreviousPage: boolean
  hasNextPage: boolean
  isFetchingPreviousPage: boolean
  isFetchingNextPage: boolean
  fetchNextPage: () => Promise<unknown>
  fetchPreviousPage: () => Promise<{ hasPreviousPage: boolean; data?: LoadedThread['data'] }>
}

function Log({ chat, at, onAt, actions, row, writable, comments: withComments, q }: LogProps) {
  const { t } = useTranslation('inbox')
  const { t: tc } = useTranslation()
  const { user } = useSession()
  const comments = useQuery({ ...commentsOptions(chat.id), enabled: withComments }).data
  const messages = useMemo(() => messagesOf(q.data), [q.data])
  const [unread] = useState(chat.unread)
  const [found, setFound] = useState<string | null>(() => firstUnread(messages, unread))
  const rows = useMemo(
    () =>
      rowsOf({
        messages,
        comments: comments ?? [],
        unreadFrom: found,
        timeZone: user.timeZone,
        older: q.hasPreviousPage,
      }),
    [messages, comments, found, user.timeZone, q.hasPreviousPage],
  )
  const [el, setEl] = useState<HTMLDivElement | null>(null)
  const [lit, setLit] = useState<string | null>(at ?? null)
  const [atEnd, setAtEnd] = useState(false)
  const v = useVirtualizer({
    count: rows.length,
    getScrollElement: () => el,
    estimateSize: (i) => (rows[i]?.kind === 'message' ? 60 : 44),
    getItemKey: (i) => rows[i]?.key ?? i,
    overscan: 10,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: END_PX,
    initialOffset: at ? 0 : 1e9,
    paddingStart: 12,
    paddingEnd: 12,
  })
  const older = useCallback(() => {
    if (q.hasPreviousPage && !q.isFetchingPreviousPage) return q.fetchPreviousPage()
    return Promise.resolve()
  }, [q.hasPreviousPage, q.isFetchingPreviousPage, q.fetchPreviousPage])
  const newer = () => {
    if (q.hasNextPage && !q.isFetchingNextPage) void q.fetchNextPage()
  }
  const measure = () => {
    if (!el) return 0
    const rest = el.scrollHeight - el.scrollTop - el.clientHeight
    setAtEnd(rest < END_PX && !q.hasNextPage)
    return rest
  }
  const onScroll = () => {
    if (!el) return
    if (el.scrollTop < NEAR_PX) void older()
    if (measure() < NEAR_PX) newer()
  }
  const shown = useRef(rows)
  shown.current = rows
  const jump = useCallback(
    (id: string) => {
      const index = indexOfMessage(shown.current, id)
      setLit(id)
      if (index >= 0) v.scrollToIndex(index, { align: 'center' })
      else onAt(id)
    },
    [v, onAt],
  )
  // Opened at a message, at what is new, or at the end.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when there is something to scroll
  useEffect(() => {
    if (!el || rows.length === 0) return
    const index = at ? indexOfMessage(rows, at) : rows.findIndex((r) => r.kind === 'unread')
    const last = rows.length - 1
    const go = () => {
      const [from, to] = [v.measurementsCache[index], v.measurementsCache[last]]
      // What is new fits on the screen: then its end is at the bottom, as in any other thread.
      const fits = !from || !to || to.end - from.start < el.clientHeight
      if (at && index >= 0) v.scrollToIndex(index, { align: 'center' })
      else if (fits) el.scrollTop = el.scrollHeight
      else v.scrollToIndex(index, { align: 'start' })
      measure()
    }
    // Again once rows that were estimated have their heights.
    const timers = [0, 60, 200].map((ms) => setTimeout(go, ms))
    return () => timers.forEach(clearTimeout)
  }, [el])
  useEffect(() => {
    if (lit === null) return
    const id = setTimeout(() => setLit(null), 2500)
    return () => clearTimeout(id)
  }, [lit])
  useStayAtEnd(el, atEnd)
  useReadAtEnd(chat, atEnd, actions)
  useNewsSaid(messages, chat)
  useWaiting(chat, messages)

  const [searching, setSearching] = useState(false)
  const toUnread = async () => {
    setSearching(true)
    for (let i = 0; i < MOST_BACK; i++) {
      const result = await q.fetchPreviousPage()
      const id = firstUnread(messagesOf(result.data), unread)
      if (id) {
        setFound(id)
        requestAnimationFrame(() => jump(id))
        break
      }
      if (!result.hasPreviousPage) break
    }
    setSearching(false)
  }
  const rowActions = useMemo<RowActions>(() => ({ ...row, jump }), [row, jump])
  const group = isGroup(chat)
  const toEnd = () => {
    if (q.hasNextPage || at) onAt(undefined)
    else v.scrollToIndex(rows.length - 1, { align: 'end' })
  }
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <RefreshBar active={q.isFetchingPreviousPage} label={tc('ui.loading')} />
      {unread > 0 && found === null && q.hasPreviousPage && (
        <Button
          size="md"
          busy={searching}
          onClick={() => void toUnread()}
          className="absolute! top-2 left-1/2 z-10 -translate-x-1/2 rounded-full! shadow-pop"
        >
          <ArrowUp size={14} aria-hidden />
          {t('toUnread', { count: unread })}
        </Button>
      )}
      <div
        ref={setEl}
        data-thread=""
        role="log"
        aria-live="off"
        aria-label={t('messages')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a log that scrolls must take focus to be scrolled by keys
        tabIndex={0}
        onScroll={onScroll}
        className="min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]"
        style={{ overflowAnchor: 'none' }}
      >
        {rows.length === 0 && <p className="p-6 text-center text-sm text-subtle">{t('noMessagesYet')}</p>}
        <div data-content="" className="relative mx-auto max-w-[760px]" style={{ height: v.getTotalSize() }}>
          {v.getVirtualItems().map((it) => {
            const r = rows[it.index]
            return (
              r && (
                <div
                  key={it.key}
                  data-index={it.index}
                  ref={v.measureElement}
                  className="absolute inset-x-0 top-0 px-4"
                  style={{ transform: `translateY(${it.start}px)` }}
                >
                  <OneRow
                    row={r}
                    chat={chat}
                    group={group}
                    writable={writable}
                    lit={lit !== null && r.kind === 'message' && r.album.some((m) => m.id === lit)}
                    actions={rowActions}
                  />
                </div>
              )
            )
          })}
        </div>
      </div>
      {(!atEnd || q.hasNextPage) && rows.length > 0 && (
        <Button
          size="icon-lg"
          aria-label={t('toEnd')}
          onClick={toEnd}
          className="absolute! right-4 bottom-3 z-10 rounded-full! shadow-pop"
        >
          <ArrowDown size={16} />
          {chat.unread > 0 && (
            <span className="tabular absolute top-0 right-0 grid h-4 min-w-4 place-items-center rounded-full bg-accent px-1 text-2xs font-semibold text-accent-fg">
              {chat.unread > 99 ? '99+' : chat.unread}
            </span>
          )}
        </Button>
      )}
    </div>
  )
}

type OneRowProps = {
  row: Row
  chat: Chat
  group: boolean
  writable: boolean
  lit: boolean
  actions: RowActions
}
function OneRow({ row, ...p }: OneRowProps) {
  const { t } = useTranslation('inbox')
  switch (row.kind) {
    case 'day':
      return <DayLine at={row.at} />
    case 'unread':
      return <Line className="text-accent-text">{t('newMessages')}</Line>
    case 'service':
      return <ServiceLine m={row.message} />
    case 'comment':
      return <CommentRow comment={row.comment} writable />
    case 'message':
      return <MessageRow row={row} {...p} />
  }
}
function Line({ children, className }: { children: string; className: string }) {
  return (
    <div className={cn('flex items-center gap-3 py-4 text-xs font-medium', className)}>
      <span className="h-px flex-1 bg-line" />
      <h3 className="font-medium">{children}</h3>
      <span className="h-px flex-1 bg-line" />
    </div>
  )
}
function DayLine({ at }: { at: string }) {
  const { i18n } = useTranslation()
  const { user } = useSession()
  return <Line className="text-subtle">{dayName(at, i18n.language, user.timeZone)}</Line>
}

/** A composer that grows takes room from the thread, and so does a message that grows: the end stays in sight. */
function useStayAtEnd(el: HTMLElement | null, atEnd: boolean) {
  const now = useRef(atEnd)
  now.current = atEnd
  useEffect(() => {
    if (!el) return
    const watch = new ResizeObserver(() => {
      if (now.current) el.scrollTop = el.scrollHeight
    })
    watch.observe(el)
    const content = el.querySelector('[data-content]')
    if (content) watch.observe(content)
    return () => watch.disconnect()
  }, [el])
}

/** What stands on screen at the end of the thread has been read. */
function useReadAtEnd(chat: Chat, atEnd: boolean, actions: Actions) {
  const now = useRef(chat)
  now.current = chat
  const unread = chat.unread + chat.mentionsUnread
  useEffect(() => {
    if (!atEnd || unread === 0) return
    const read = () => {
      if (!document.hidden) void actions.read([now.current])
    }
    const id = setTimeout(read, 600)
    document.addEventListener('visibilitychange', read)
    return () => {
      clearTimeout(id)
      document.removeEventListener('visibilitychange', read)
    }
  }, [atEnd, unread, actions])
}

/** A message that comes while the thread is open is said once; what is scrolled to is not. */
function useNewsSaid(messages: readonly Message[], chat: Chat) {
  const { t } = useTranslation('inbox')
  const last = messages.at(-1)
  const seen = useRef(last?.id)
  useEffect(() => {
    if (!last || last.id === seen.current) return
    seen.current = last.id
    if (last.direction !== 'in' || Date.now() - Date.parse(last.sentAt) > 60_000) return
    const media = last.media[0] && t(`media.${last.media[0].kind}`)
    announce(t('announced', { name: last.sender?.name ?? chat.title, text: last.text || media || '' }))
  }, [last, chat.title, t])
}
