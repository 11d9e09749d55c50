import { Link } from '@tanstack/react-router'
import { Check, CheckCheck, CircleAlert, Clock, Hourglass, Plug, Send, Users } from 'lucide-react'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { useSession } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Avatar } from '@/shared/ui/avatar'
import { Checkbox } from '@/shared/ui/checkbox'
import { toneOf } from '@/shared/ui/tone'
import { tipProps } from '@/shared/ui/tooltip'
import { isGroup, isToday, nameOf, waitingOf } from './model'
import type { InboxSearch } from './search-params'
import type { Chat, LastMessage, MessageStatus } from './types'

export const ROW_PX = 76

/** The mark of the network on a face. */
export function ChannelBadge({ channel }: { channel: Chat['channel'] }) {
  const Icon = channel === 'telegram' ? Send : Plug
  return (
    <span
      aria-hidden
      data-tone={channel === 'telegram' ? 'sky' : 'violet'}
      className="absolute -right-1 -bottom-1 z-1 grid size-4 place-items-center rounded-full bg-tone-solid text-white ring-2 ring-surface"
    >
      <Icon size={8} strokeWidth={2.6} />
    </span>
  )
}

export function Ticks({ status, className }: { status: MessageStatus; className?: string }) {
  const { t } = useTranslation('inbox')
  if (status === 'received' || status === 'canceled') return null
  const Icon = { queued: Clock, sent: Check, delivered: CheckCheck, read: CheckCheck, failed: CircleAlert }[status]
  return (
    <span className={cn('inline-flex shrink-0', className)}>
      <Icon
        size={13}
        aria-hidden
        className={status === 'read' ? 'text-accent-text' : status === 'failed' ? 'text-danger' : 'text-subtle'}
      />
      <span className="sr-only">{t(`status.${status}`)}</span>
    </span>
  )
}

type RowProps = {
  chat: Chat
  search: InboxSearch
  on: boolean
  selecting: boolean
  selected: boolean
  onSelect: (id: string, on: boolean, range: boolean) => void
  now: number
}
/** A conversation in the list. Three lines, always of one height. */
export const ChatRow = memo(function ChatRow({ chat: c, search, on, selecting, selected, onSelect, now }: RowProps) {
  const { t } = useTranslation('inbox')
  const name = nameOf(c)
  const unread = c.unread > 0
  return (
    <div
      data-chat={c.id}
      className={cn(
        'group relative flex h-full items-center gap-3 rounded-lg px-2.5',
        on || selected ? 'bg-row-selected' : 'hover:bg-hover',
      )}
    >
      <span className="relative shrink-0">
        <Avatar name={name} size={38} />
        <span
          className={cn(
            'absolute inset-0 z-1 grid place-items-center rounded-full bg-surface',
            selecting || selected
              ? 'opacity-100'
              : 'opacity-0 group-hover:opacity-100 group-focus-within:opacity-100 any-pointer-coarse:hidden',
          )}
        >
          <Checkbox
            aria-label={t('selectOne', { name })}
            checked={selected}
            onClick={(e) => onSelect(c.id, !selected, e.shiftKey)}
            onCheckedChange={() => {}}
          />
        </span>
        <ChannelBadge channel={c.channel} />
      </span>
      <Link
        to="/inbox/$chatId"
        params={{ chatId: c.id }}
        search={{ ...search, at: undefined }}
        data-row=""
        draggable={false}
        aria-current={on ? 'true' : undefined}
        activeProps={{ 'aria-current': 'true' }}
        className="min-w-0 flex-1 outline-none after:absolute after:inset-0 after:rounded-lg after:outline-offset-[-2px] focus-visible:after:outline-2"
      >
        <span className="flex items-baseline gap-2">
          <span className={cn('min-w-0 truncate text-sm', unread ? 'font-semibold' : 'font-medium')}>
            {isGroup(c) && <Users size={13} aria-hidden className="mr-1 inline text-subtle" />}
            {name}
          </span>
          <When chat={c} now={now} />
        </span>
        <span className="flex min-w-0 items-center gap-1.5 text-xs text-subtle">
          <span className="min-w-0 truncate">{c.account?.name ?? t(`channel.${c.channel}`)}</span>
          {c.tags.slice(0, 2).map((tag) => (
            <span key={tag} className="flex min-w-0 items-center gap-1">
              <span data-tone={toneOf(tag)} className="size-1.5 shrink-0 rounded-full bg-tone-solid" aria-hidden />
              <span className="min-w-0 truncate">{tag}</span>
            </span>
          ))}
          {c.tags.length > 2 && <span className="shrink-0">+{c.tags.length - 2}</span>}
        </span>
        <span className="flex items-center gap-2">
          <Snippet chat={c} />
          {c.assignee && (
            <span
              className="relative flex shrink-0"
              {...tipProps({ label: t('assignedTo', { name: c.assignee.name }) })}
            >
              <Avatar name={c.assignee.name} size={18} />
              <span className="sr-only">{t('assignedTo', { name: c.assignee.name })}</span>
            </span>
          )}
          {unread && (
            <span className="tabular grid h-4.5 min-w-4 shrink-0 place-items-center rounded-full bg-accent px-1 text-2xs font-semibold text-accent-fg">
              <span aria-hidden>{c.unread > 99 ? '99+' : c.unread}</span>
              <span className="sr-only">{t('unread', { count: c.unread })}</span>
            </span>
          )}
        </span>
      </Link>
    </div>
  )
})

/** How long they have waited; else when it was. */
function When({ chat: c, now }: { chat: Chat; now: number }) {
  const { t } = useTranslation('inbox')
  const { user } = useSession()
  const fmt = useFormat()
  const waiting = waitingOf(c.waitingSince, now)
  if (c.state === 'snoozed' && c.snoozedUntil)
    return (
      <span className="tabular ml-auto flex shrink-0 items-center gap-1 text-xs text-subtle">
        <Clock size={11} aria-hidden />
        {isToday(c.snoozedUntil, user.timeZone) ? fmt.time(c.snoozedUntil) : fmt.dayMonth(c.snoozedUntil)}
      </span>
    )
  if (waiting && c.state === 'open' && waiting.urgency !== 'calm') {
    const said = t(`waitingFor.${waiting.unit}`, { count: waiting.count })
    return (
      <span
        className={cn(
          'tabular ml-auto flex shrink-0 items-center gap-1 text-xs font-medium',
          waiting.urgency === 'late' ? 'text-danger' : 'text-warning',
        )}
      >
        <Hourglass size={11} aria-hidden />
        <span aria-hidden>{t(`waitingShort.${waiting.unit}`, { count: waiting.count })}</span>
        <span className="sr-only">{said}</span>
      </span>
    )
  }
  if (!c.lastMessageAt) return null
  return (
    <time
      dateTime={c.lastMessageAt}
      className={cn('tabular ml-auto shrink-0 text-xs', c.unread > 0 ? 'font-medium text-accent-text' : 'text-subtle')}
    >
      {isToday(c.lastMessageAt, user.timeZone) ? fmt.time(c.lastMessageAt) : fmt.dayMonth(c.lastMessageAt)}
    </time>
  )
}

function Snippet({ chat: c }: { chat: Chat }) {
  const { t } = useTranslation('inbox')
  if (c.draft)
    return (
      <span className="min-w-0 flex-1 truncate text-sm text-muted">
        <span className="font-medium text-danger">{t('draft')}</span> {c.draft.text}
      </span>
    )
  const m = c.lastMessage
  if (!m) return <span className="min-w-0 flex-1 truncate text-sm text-subtle">{t('noMessages')}</span>
  return (
    <span className={cn('flex min-w-0 flex-1 items-center gap-1 text-sm', c.unread > 0 ? 'text-fg' : 'text-muted')}>
      {m.direction === 'out' && <Ticks status={m.status} />}
      <span className="min-w-0 truncate">
        {isGroup(c) && m.direction === 'in' && m.senderName && `${m.senderName}: `}
        <LastText m={m} />
      </span>
    </span>
  )
}
export function LastText({ m }: { m: LastMessage }) {
  const { t } = useTranslation('inbox')
  const media = m.mediaKind && t(`media.${m.mediaKind}`)
  return media ? (m.text ? `${media} · ${m.text}` : media) : m.text
}
