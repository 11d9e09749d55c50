import { Link } from '@tanstack/react-router'
import { CheckCheck, Clock, Ellipsis, MailOpen, Undo2 } from 'lucide-react'
import { memo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Notification } from '@/api/gen/types.gen'
import { cn } from '@/shared/lib/cn'
import { useFormat } from '@/shared/session/use-format'
import { Avatar } from '@/shared/ui/avatar'
import { Button } from '@/shared/ui/button'
import { Checkbox } from '@/shared/ui/checkbox'
import { IconButton } from '@/shared/ui/icon-button'
import type { Actions } from './actions'
import { SUBJECT_ICON, signOf } from './look'
import { batchOf, isUnread, linkOf } from './model'

export type MenuOf = { n: Notification; anchor: HTMLElement; menu: 'later' | 'more' }
type RowProps = {
  n: Notification
  actions: Actions
  /** Its record is named above it. */
  within: boolean
  selected?: boolean
  onSelect?: (id: string, selected: boolean, range: boolean) => void
  onMenu: (menu: MenuOf) => void
  onOpen: () => void
}
export const Row = memo(function Row({ n, actions, within, selected, onSelect, onMenu, onOpen }: RowProps) {
  const { t } = useTranslation('notifications')
  const { ago, dateTime } = useFormat()
  const unread = isUnread(n)
  const batch = batchOf(n)
  const asleep = n.snoozedUntil !== null && Date.parse(n.snoozedUntil) > Date.now()
  return (
    <li
      data-notification={n.id}
      data-unread={unread || undefined}
      className={cn(
        'group relative flex items-start gap-3 py-3 pr-3 pl-4 hover:bg-row-hover',
        selected && 'bg-row-selected',
      )}
    >
      {onSelect && (
        <span className="relative z-1 flex h-8 items-center">
          <Checkbox
            aria-label={t('select', { text: n.text })}
            checked={!!selected}
            onClick={(e) => onSelect(n.id, e.currentTarget.checked, e.shiftKey)}
            onCheckedChange={() => {}}
          />
        </span>
      )}
      <Face n={n} />
      <div className="min-w-0 flex-1">
        <Open n={n} actions={actions} onOpen={onOpen}>
          <Words n={n} />
        </Open>
        <p className="mt-0.5 flex min-w-0 items-center gap-1.5 text-xs text-subtle">
          {!within && hasName(n) && n.subject && <SubjectName subject={n.subject} />}
          <time dateTime={n.lastAt} title={dateTime(n.lastAt)} className="tabular shrink-0 whitespace-nowrap">
            {ago(n.lastAt)}
          </time>
          {asleep && n.snoozedUntil && (
            <span className="flex min-w-0 items-center gap-1 text-warning">
              <Clock size={12} aria-hidden className="shrink-0" />
              <span className="truncate">{t('until', { time: dateTime(n.snoozedUntil) })}</span>
            </span>
          )}
        </p>
        {batch && (
          <Button size="xs" className="relative z-1 mt-2" onClick={() => void actions.undoBatch(batch)}>
            <Undo2 size={13} aria-hidden />
            {t('undoBulk')}
          </Button>
        )}
      </div>
      <span className="relative z-1 flex h-8 shrink-0 items-center">
        <span
          className={cn(
            'absolute right-12 flex rounded-md bg-raised shadow-card any-pointer-coarse:hidden',
            'opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100',
          )}
        >
          <IconButton label={t(unread ? 'markRead' : 'markUnread')} onClick={() => actions.read(n, unread)}>
            {unread ? <CheckCheck size={15} /> : <MailOpen size={15} />}
          </IconButton>
          <IconButton
            label={t('snooze')}
            aria-haspopup="menu"
            onClick={(e) => onMenu({ n, anchor: e.currentTarget, menu: 'later' })}
          >
            <Clock size={15} />
          </IconButton>
        </span>
        <IconButton
          label={t('more')}
          tip={false}
          aria-haspopup="menu"
          className="opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 any-pointer-coarse:size-9! any-pointer-coarse:opacity-100"
          onClick={(e) => onMenu({ n, anchor: e.currentTarget, menu: 'more' })}
        >
          <Ellipsis size={15} />
        </IconButton>
        <span className="ml-1 grid size-4 place-items-center">
          {unread && <span role="img" aria-label={t('unread')} className="size-2 rounded-full bg-accent" />}
        </span>
      </span>
    </li>
  )
})

/** A change of many or an export has no page, and no name to miss. */
const hasName = ({ subject }: Notification) =>
  subject !== null && (subject.name !== null || !['bulk', 'export'].includes(subject.kind))

type OpenProps = { n: Notification; actions: Actions; onOpen: () => void; children: ReactNode }
/** The whole row leads there. What leads nowhere is at least read by it. */
function Open({ n, actions, onOpen, children }: OpenProps) {
  const link = linkOf(n)
  const look = cn(
    'block w-full text-left text-sm break-words outline-none after:absolute after:inset-0 focus-visible:after:rounded-lg',
    'after:outline-offset-[-2px] focus-visible:after:outline-2',
    isUnread(n) ? 'text-fg' : 'text-muted',
  )
  const read = () => actions.read(n)
  if (!link)
    return (
      <button type="button" data-row="" className={look} onClick={read}>
        {children}
      </button>
    )
  return (
    <Link
      {...(link as { to: string })}
      data-row=""
      className={look}
      onClick={(e) => {
        read()
        if (!e.metaKey && !e.ctrlKey) onOpen()
      }}
    >
      {children}
    </Link>
  )
}

/** The sentence of the server; who did it stands out. */
function Words({ n: { text, actor } }: { n: Notification }) {
  const at = actor ? text.indexOf(actor.name) : -1
  if (!actor || at < 0) return text
  return (
    <>
      {text.slice(0, at)}
      <span className="font-semibold">{actor.name}</span>
      {text.slice(at + actor.name.length)}
    </>
  )
}

export function SubjectName({ subject }: { subject: NonNullable<Notification['subject']> }) {
  const { t } = useTranslation('notifications')
  const Icon = SUBJECT_ICON[subject.kind]
  return (
    <span className="flex min-w-0 items-center gap-1">
      {Icon && <Icon size={13} strokeWidth={1.75} aria-hidden className="shrink-0" />}
      <span className="truncate">{subject.name ?? t('gone')}</span>
    </span>
  )
}

function Face({ n }: { n: Notification }) {
  const [Icon, tone] = signOf(n.kind)
  if (!n.actor)
    return (
      <span data-tone={tone} className="grid size-8 shrink-0 place-items-center rounded-full bg-tone text-tone-fg">
        <Icon size={16} strokeWidth={1.9} aria-hidden />
      </span>
    )
  return (
    <span className="relative flex shrink-0">
      <Avatar name={n.actor.name} size={32} />
      <span
        data-tone={tone}
        className="absolute -right-1 -bottom-1 grid size-4.5 place-items-center rounded-full bg-tone text-tone-fg ring-2 ring-surface"
      >
        <Icon size={11} strokeWidth={2.2} aria-hidden />
      </span>
    </span>
  )
}
