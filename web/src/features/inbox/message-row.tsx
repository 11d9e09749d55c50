import {
  ArrowUpRight,
  CircleAlert,
  CornerUpLeft,
  Ellipsis,
  Forward,
  Megaphone,
  RotateCcw,
  Trash2,
  Undo2,
} from 'lucide-react'
import { lazy, memo, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { useFormat } from '@/shared/session/use-format'
import { Avatar } from '@/shared/ui/avatar'
import { Button } from '@/shared/ui/button'
import { IconButton } from '@/shared/ui/icon-button'
import { tipProps } from '@/shared/ui/tooltip'
import { Ticks } from './chat-row'
import { MessageMedia } from './message-media'
import { mayAnswer } from './model'
import { RichText } from './rich-text'
import { type Row, textOf } from './thread-model'
import type { Chat, Message } from './types'
import { mayCancel, waitOf } from './waiting'
import { WaitingLine } from './waiting-line'

const MessageMenu = lazy(() => import('./message-menu'))
const EditHistory = lazy(() => import('./edit-history'))

/** What a row can ask of the thread around it. */
export type RowActions = {
  reply: (m: Message) => void
  edit: (m: Message) => void
  remove: (m: Message) => void
  react: (m: Message, emoji: string) => void
  cancel: (m: Message) => void
  retry: (m: Message) => void
  drop: (m: Message) => void
  jump: (id: string) => void
}
type MessageRowProps = {
  row: Extract<Row, { kind: 'message' }>
  chat: Chat
  group: boolean
  writable: boolean
  /** Found by a search, or jumped to. */
  lit: boolean
  actions: RowActions
}
const ROUND = 14
const TIGHT = 4

export const MessageRow = memo(function MessageRow({ row, chat, group, writable, lit, actions }: MessageRowProps) {
  const { t } = useTranslation('inbox')
  const { album, first, last } = row
  const m = textOf(album)
  const ours = m.direction === 'out'
  const [menu, setMenu] = useState<HTMLElement | null>(null)
  const who = m.sender?.name ?? chat.title
  const corner = (grouped: boolean) => (grouped ? TIGHT : ROUND)
  const radius = ours
    ? `${ROUND}px ${corner(!first)}px ${corner(!last)}px ${ROUND}px`
    : `${corner(!first)}px ${ROUND}px ${ROUND}px ${corner(!last)}px`
  const gone = m.deletedAt !== null
  return (
    <article
      aria-label={t(ours ? 'fromUs' : 'fromThem', { name: ours ? (m.author?.name ?? t('us')) : who })}
      data-message={m.id}
      className={cn('group flex items-end gap-2', last ? 'pb-3' : 'pb-0.5')}
      style={ours ? { flexDirection: 'row-reverse' } : undefined}
    >
      {!ours && (
        <span className="flex w-6 shrink-0" aria-hidden>
          {last && <Avatar name={who} size={24} />}
        </span>
      )}
      <div
        className={cn('relative flex min-w-0 flex-col', ours ? 'items-end' : 'items-start')}
        style={{ maxWidth: 'min(78%, 560px)' }}
      >
        {first && <Writer m={m} group={group} ours={ours} />}
        <div
          className={cn(
            'max-w-full px-3 py-2 text-sm',
            ours ? 'bg-accent-soft' : '',
            lit && 'outline-2 outline-accent',
          )}
          style={{
            borderRadius: radius,
            ...(ours ? {} : { background: 'var(--bubble)' }),
          }}
        >
          {gone ? (
            <span className="flex items-center gap-1.5 text-muted" style={{ fontStyle: 'italic' }}>
              <Trash2 size={13} aria-hidden />
              {t('deleted')}
            </span>
          ) : (
            <Body album={album} m={m} actions={actions} />
          )}
          <Meta m={album.at(-1) ?? m} />
        </div>
        {m.reactions.length > 0 && !gone && <Reactions m={m} onReact={writable ? actions.react : undefined} />}
        <Trouble m={m} actions={actions} />
      </div>
      {!gone && !m.local && (
        <span
          className={cn(
            'flex shrink-0 self-center opacity-0 group-hover:opacity-100 group-focus-within:opacity-100 any-pointer-coarse:opacity-100',
            menu && 'opacity-100',
          )}
        >
          {writable && mayAnswer(m) && (
            <IconButton
              label={t('reply')}
              size="icon-xs"
              onClick={() => actions.reply(m)}
              className="any-pointer-coarse:hidden"
            >
              <CornerUpLeft size={14} />
            </IconButton>
          )}
          <IconButton
            label={t('messageActions')}
            size="icon-xs"
            aria-haspopup="menu"
            tip={false}
            onClick={(e) => setMenu(e.currentTarget)}
            className="any-pointer-coarse:size-8!"
          >
            <Ellipsis size={14} />
          </IconButton>
        </span>
      )}
      <Suspense>
        {menu && (
          <MessageMenu
            m={m}
            anchor={menu}
            writable={writable}
            group={group}
            actions={actions}
            onClose={() => setMenu(null)}
          />
        )}
      </Suspense>
    </article>
  )
})

/** In a group who of them; of ours who of us, or that a program did. */
function Writer({ m, group, ours }: { m: Message; group: boolean; ours: boolean }) {
  const { t } = useTranslation('inbox')
  const name = ours ? (m.author?.name ?? (m.source === 'api' ? t('byApi') : null)) : group ? m.sender?.name : null
  if (!name) return null
  return <span className="max-w-full truncate px-1 pb-0.5 text-2xs font-medium text-subtle">{name}</span>
}

function Body({ album, m, actions }: { album: readonly Message[]; m: Message; actions: RowActions }) {
  const { t } = useTranslation('inbox')
  const { replyTo, forwardedFrom } = m
  return (
    <>
      {forwardedFrom && (
        <span className="mb-1 flex items-center gap-1 text-xs text-muted">
          <Forward size={12} aria-hidden />
          {t('forwarded', { name: forwardedFrom.name })}
        </span>
      )}
      {replyTo && (
        <button
          type="button"
          onClick={() => actions.jump(replyTo.id)}
          className="mb-1 block max-w-full rounded-xs border-l-2 border-accent pl-2 text-left text-xs hover:bg-hover"
        >
          <span className="sr-only">{t('inReplyTo')} </span>
          <span className="block truncate font-medium text-accent-text">
            {replyTo.direction === 'out' ? t('us') : (replyTo.senderName ?? '')}
          </span>
          <span className="block truncate text-muted">{replyTo.text || t('media.file')}</span>
        </button>
      )}
      {album.some((x) => x.media.length > 0) && (
        <div className={cn('flex flex-col gap-1', m.text && 'mb-1.5')}>
          <MessageMedia album={album} />
        </div>
      )}
      {m.text && <RichText text={m.text} entities={m.entities} />}
    </>
  )
}

/** What sent it, when, whether changed, how far it has come. */
function Meta({ m }: { m: Message }) {
  const { t } = useTranslation('inbox')
  const { time, dateTime } = useFormat()
  const [history, setHistory] = useState<HTMLElement | null>(null)
  return (
    <span className="tabular mt-1 ml-2.5 flex items-center gap-1 text-2xs text-muted" style={{ float: 'right' }}>
      {m.program?.kind === 'campaign' && (
        <span className="mr-1 flex items-center gap-1 font-medium">
          <Megaphone size={11} aria-hidden />
          {t('byCampaign')}
        </span>
      )}
      {m.editedAt && !m.deletedAt && (
        <button
          type="button"
          className="underline decoration-line-strong underline-offset-4"
          onClick={(e) => setHistory(e.currentTarget)}
          {...tipProps({ label: t('editedAt', { at: dateTime(m.editedAt) }) })}
        >
          {t('edited')}
        </button>
      )}
      <time dateTime={m.sentAt} title={dateTime(m.sentAt)}>
        {time(m.scheduledAt && m.status === 'queued' ? m.scheduledAt : m.sentAt)}
      </time>
      {m.direction === 'out' && !m.deletedAt && <Ticks status={m.local?.state === 'unsent' ? 'failed' : m.status} />}
      <Suspense>{history && <EditHistory m={m} anchor={history} onClose={() => setHistory(null)} />}</Suspense>
    </span>
  )
}

function Reactions({ m, onReact }: { m: Message; onReact?: (m: Message, emoji: string) => void }) {
  const { t } = useTranslation('inbox')
  return (
    <span className="mt-1 flex flex-wrap gap-1">
      {m.reactions.map((r) => (
        <button
          key={r.emoji}
          type="button"
          aria-pressed={r.ours}
          aria-label={t('reaction', { emoji: r.emoji, count: r.count })}
          disabled={!onReact}
          onClick={() => onReact?.(m, r.emoji)}
          className={cn(
            'flex h-6 items-center gap-1 rounded-full px-1.5 text-xs',
            r.ours ? 'bg-accent-soft text-accent-text ring-1 ring-accent ring-inset' : 'bg-active text-muted',
          )}
        >
          <span aria-hidden>{r.emoji}</span>
          {r.count > 1 && <span className="tabular">{r.count}</span>}
        </button>
      ))}
    </span>
  )
}

/** Below a message that has not gone: why, and what can be done. */
function Trouble({ m, actions }: { m: Message; actions: RowActions }) {
  const { t } = useTranslation('inbox')
  const { t: tc } = useTranslation()
  const wait = waitOf(m)
  if (m.local?.state === 'unsent' || m.status === 'failed') {
    const reason = m.local?.reason ?? m.error?.text
    return (
      <span role="alert" className="mt-1 flex flex-wrap items-center justify-end gap-x-2 gap-y-1 text-xs text-danger">
        <span className="flex items-center gap-1">
          <CircleAlert size={13} aria-hidden />
          {reason ? t('failedBecause', { reason }) : t('failed')}
        </span>
        <Button size="xs" onClick={() => actions.retry(m)}>
          <RotateCcw size={12} aria-hidden />
          {tc('action.retry')}
        </Button>
        {m.local && (
          <Button size="xs" variant="ghost" onClick={() => actions.drop(m)}>
            {tc('action.delete')}
          </Button>
        )}
      </span>
    )
  }
  if (!wait || (wait.reason === 'sending' && m.local)) return null
  return (
    <span className="mt-1 flex flex-wrap items-center justify-end gap-x-2 gap-y-1 text-xs text-subtle">
      <WaitingLine wait={wait} />
      {mayCancel(m) && (
        <Button size="xs" onClick={() => actions.cancel(m)}>
          <Undo2 size={12} aria-hidden />
          {t(wait.reason === 'undo' ? 'undoSend' : 'cancelSend')}
        </Button>
      )}
    </span>
  )
}

/** What happened in the chat, in the words that are known; else the bare fact. */
export function ServiceLine({ m }: { m: Message }) {
  const { t } = useTranslation('inbox')
  const kind = String(m.service?.['kind'] ?? '')
  const known = ['joined', 'left', 'created', 'title', 'photo', 'pinned', 'call', 'contact_joined'] as const
  const name = m.sender?.name ?? ''
  const found = known.find((k) => k === kind)
  return (
    <p className="flex items-center justify-center gap-1 pb-3 text-center text-xs text-subtle">
      <ArrowUpRight size={12} aria-hidden className="shrink-0" />
      {found ? t(`service.${found}`, { name }) : m.text || t('service.other', { name })}
    </p>
  )
}
