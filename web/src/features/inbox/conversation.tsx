import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Archive, ArrowLeft, Clock, Ellipsis, MailOpen, PanelRight, RotateCcw, UserPlus } from 'lucide-react'
import { type DragEvent, lazy, type RefObject, Suspense, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/shared/api/errors'
import { useKey } from '@/shared/commands/keys'
import { cn } from '@/shared/lib/cn'
import { useMediaQuery } from '@/shared/lib/use-media-query'
import { Present } from '@/shared/live/present'
import { useCan } from '@/shared/session/session'
import { Avatar } from '@/shared/ui/avatar'
import { Button, buttonCls } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { IconButton } from '@/shared/ui/icon-button'
import { Skeleton } from '@/shared/ui/skeleton'
import type { Actions } from './actions'
import { chatOptions } from './api'
import { findChat, messagesOf, type Thread as ThreadData } from './cache'
import type { OpenTool } from './chat-tools'
import { Composer, type ComposerHandle } from './composer'
import { toTyped } from './entities'
import { isOurs, nameOf } from './model'
import { dropUnsent, sendAgain } from './outbox'
import type { InboxSearch } from './search-params'
import { SenderMenu } from './sender-menu'
import { ThreadSkeleton } from './skeletons'
import { Thread } from './thread'
import type { Chat, Message } from './types'

const ChatMenu = lazy(() => import('./chat-menu'))
const PartBanner = lazy(() => import('./part-banner'))
const ThreadSearch = lazy(() => import('./thread-search'))

type ConversationProps = {
  chatId: string
  search: InboxSearch
  onSearch: (patch: Partial<InboxSearch>) => void
  actions: Actions
  composer: RefObject<ComposerHandle | null>
  onTool: (tool: OpenTool) => void
  onDone: (chat: Chat) => void
  context: { open: boolean; toggle: () => void }
}
/** One conversation: who, what was said, what to say. */
export function Conversation(p: ConversationProps) {
  const { t } = useTranslation('inbox')
  const qc = useQueryClient()
  const q = useQuery({ ...chatOptions(p.chatId), placeholderData: () => findChat(qc, p.chatId) })
  const gone = isApiError(q.error) && (q.error.status === 404 || q.error.status === 403)
  if (gone)
    return (
      <EmptyState
        icon={MailOpen}
        tone="gray"
        title={t('gone')}
        text={t('goneText')}
        className="my-auto"
        actions={
          <Link to="/inbox" search={{ ...p.search, at: undefined }} className={buttonCls('primary', 'md')}>
            {t('toInbox')}
          </Link>
        }
      />
    )
  if (q.error && !q.data)
    return <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} className="m-auto" />
  if (!q.data)
    return (
      <>
        <header className="flex h-(--header-h) shrink-0 items-center gap-2.5 border-b border-line px-4">
          <Skeleton className="size-7 rounded-full!" />
          <Skeleton className="h-4 w-36" />
        </header>
        <ThreadSkeleton />
      </>
    )
  return <Loaded {...p} chat={q.data} />
}

function Loaded({
  chat,
  search,
  onSearch,
  actions,
  composer,
  onTool,
  onDone,
  context,
}: ConversationProps & { chat: Chat }) {
  const { t } = useTranslation('inbox')
  const qc = useQueryClient()
  const maySend = useCan('messaging.messages.send')
  const [searching, setSearching] = useState(false)
  const [over, setOver] = useState(false)
  const depth = useRef(0)
  const writable = maySend && chat.canWrite
  const row = useMemo(
    () => ({
      reply: (m: Message) => composer.current?.reply(m),
      edit: (m: Message) => composer.current?.edit(m),
      remove: (m: Message) => void actions.removeMessage(m, true),
      react: (m: Message, emoji: string) => void actions.react(m, emoji),
      cancel: (m: Message) =>
        void actions.cancel(m).then((ok) => ok && composer.current?.giveBack(toTyped(m.text, m.entities))),
      retry: (m: Message) => void (m.local ? sendAgain(qc, m) : actions.retry(m)),
      drop: (m: Message) => dropUnsent(qc, m),
    }),
    [actions, composer, qc],
  )
  const lastOfOurs = () =>
    messagesOf(qc.getQueryData<ThreadData>(['thread', chat.id, search.at ?? null])).findLast((m) => isOurs(m))
  const hasFiles = (e: DragEvent) => e.dataTransfer.types.includes('Files')
  const enter = (e: DragEvent, by: 1 | -1) => {
    if (!hasFiles(e) || !writable) return
    depth.current = Math.max(0, depth.current + by)
    setOver(depth.current > 0)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files may be dropped anywhere; the button does the same
    <div
      className="relative flex min-h-0 flex-1 flex-col"
      onDragEnter={(e) => enter(e, 1)}
      onDragLeave={(e) => enter(e, -1)}
      onDragOver={(e) => hasFiles(e) && e.preventDefault()}
      onDrop={(e) => {
        if (!hasFiles(e)) return
        e.preventDefault()
        depth.current = 0
        setOver(false)
        if (writable) composer.current?.files([...e.dataTransfer.files])
      }}
    >
      <Header
        chat={chat}
        search={search}
        actions={actions}
        onTool={onTool}
        onDone={() => onDone(chat)}
        context={context}
        onFind={() => setSearching(!searching)}
      />
      <Suspense>{chat.mergedInto && <PartBanner chatId={chat.id} into={chat.mergedInto} />}</Suspense>
      <Suspense>
        {searching && (
          <ThreadSearch chatId={chat.id} onPick={(id) => onSearch({ at: id })} onClose={() => setSearching(false)} />
        )}
      </Suspense>
      <Thread
        chat={chat}
        at={search.at}
        onAt={(at) => onSearch({ at })}
        actions={actions}
        row={row}
        writable={writable}
        comments
      />
      <Composer chat={chat} actions={actions} lastOfOurs={lastOfOurs} handle={composer} />
      {over && (
        <div className="pointer-events-none absolute inset-0 z-20 grid place-items-center bg-surface opacity-90">
          <p className="rounded-xl border-2 border-dashed border-accent px-6 py-8 text-base font-medium text-accent-text">
            {t('dropHere')}
          </p>
        </div>
      )}
    </div>
  )
}

type HeaderProps = Pick<ConversationProps, 'search' | 'actions' | 'onTool' | 'context'> & {
  chat: Chat
  onDone: () => void
  onFind: () => void
}
function Header({ chat, search, actions, onTool, onDone, onFind, context }: HeaderProps) {
  const { t } = useTranslation('inbox')
  const { t: tc } = useTranslation()
  const mayWrite = useCan('messaging.chats.write')
  const keys = { assign: useKey('assign'), snooze: useKey('snooze') }
  const phone = !useMediaQuery('(min-width: 768px)')
  const [menu, setMenu] = useState<HTMLElement | null>(null)
  const name = nameOf(chat)
  const done = chat.state === 'done'
  const DoneIcon = done ? RotateCcw : Archive
  const doneText = t(done ? 'reopen' : 'done')
  return (
    <header className="flex h-(--header-h) shrink-0 items-center gap-2.5 border-b border-line pr-2.5 pl-4">
      <Link
        to="/inbox"
        search={{ ...search, at: undefined }}
        aria-label={t('back')}
        className={cn(buttonCls('ghost', 'icon-lg'), 'md:hidden')}
      >
        <ArrowLeft size={18} />
      </Link>
      <Avatar name={name} size={28} />
      <div className="min-w-0 flex-1">
        <h2 className="truncate text-sm font-semibold">{name}</h2>
        <div className="flex min-w-0 items-center gap-1 text-xs text-subtle">
          <SenderMenu chat={chat} />
        </div>
      </div>
      <Present room={`chat:${chat.id}`} narrow />
      {mayWrite && (
        <>
          <IconButton
            label={t('assign')}
            keys={keys.assign}
            aria-haspopup="dialog"
            data-tool="assign"
            onClick={(e) => onTool({ tool: 'assign', anchor: e.currentTarget })}
            className="max-md:hidden"
          >
            <UserPlus size={15} />
          </IconButton>
          <IconButton
            label={t('snooze')}
            keys={keys.snooze}
            aria-haspopup="menu"
            data-tool="snooze"
            onClick={(e) => onTool({ tool: 'snooze', anchor: e.currentTarget })}
            className="max-md:hidden"
          >
            <Clock size={15} />
          </IconButton>
          <Button onClick={onDone} className="max-md:hidden">
            <DoneIcon size={14} className="text-subtle" aria-hidden />
            {doneText}
          </Button>
          <IconButton
            label={tc('action.more')}
            tip={false}
            data-tool="more"
            aria-haspopup="menu"
            onClick={(e) => setMenu(e.currentTarget)}
            className="any-pointer-coarse:size-10"
          >
            <Ellipsis size={18} />
          </IconButton>
          <Suspense>
            {menu && (
              <ChatMenu
                anchor={menu}
                chat={chat}
                actions={actions}
                phone={phone}
                onFind={onFind}
                onDone={onDone}
                onTool={onTool}
                onClose={() => setMenu(null)}
              />
            )}
          </Suspense>
        </>
      )}
      <IconButton
        label={t('details')}
        aria-expanded={context.open}
        onClick={context.toggle}
        size="icon-lg"
        className={cn(context.open && 'bg-active')}
      >
        <PanelRight size={16} />
      </IconButton>
    </header>
  )
}
