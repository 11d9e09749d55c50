import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ChevronRight, Handshake, Plus, UserPlus } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { recordNameOptions } from '@/shared/fields/names'
import { lazyWithTexts } from '@/shared/i18n/lazy'
import { useCan } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Avatar } from '@/shared/ui/avatar'
import { Tag } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { IconButton } from '@/shared/ui/icon-button'
import { Skeleton } from '@/shared/ui/skeleton'
import type { Actions } from './actions'
import { chatContactOptions, chatsOfOptions } from './api'
import { ChannelBadge } from './chat-row'
import type { OpenTool } from './chat-tools'
import { nameOf } from './model'
import type { Chat } from './types'

const RecordPicker = lazy(() => import('./pickers').then((m) => ({ default: m.RecordPicker })))
const PartsBlock = lazy(() => import('./parts-block'))
const SharedBlock = lazy(() => import('./shared-block'))
const NotesBlock = lazy(() => import('./notes-block'))
const LocalTime = lazyWithTexts(['zones'], () => import('@/shared/time-zones/local-time'))
type PaneProps = {
  chat: Chat
  actions: Actions
  onTool: (tool: OpenTool) => void
}
/** Beside the thread: who it is, and what goes with them. */
export function ContextPane({ chat, actions, onTool }: PaneProps) {
  const { t } = useTranslation('inbox')
  const mayWrite = useCan('messaging.chats.write')
  const mayRead = useCan('crm.notes.read')
  const name = nameOf(chat)
  return (
    <div className="flex flex-col gap-5 p-4">
      <div className="flex flex-col items-center gap-1 pt-2 text-center">
        <span className="relative">
          <Avatar name={name} size={56} />
          <ChannelBadge channel={chat.channel} />
        </span>
        <h2 className="mt-2 max-w-full text-base font-semibold break-words">{name}</h2>
        <p className="max-w-full truncate text-sm text-muted">
          {chat.username ? `@${chat.username}` : t(`kind.${chat.kind}`)}
        </p>
      </div>
      <Facts chat={chat} onTool={mayWrite ? onTool : undefined} actions={actions} />
      {chat.kind === 'private' && <ContactBlock chat={chat} actions={actions} writable={mayWrite} />}
      <DealsBlock chat={chat} actions={actions} writable={mayWrite} />
      {chat.contactId && <OtherChats chat={chat} contactId={chat.contactId} />}
      <Suspense>
        <PartsBlock chat={chat} />
        <SharedBlock chatId={chat.id} />
      </Suspense>
      {chat.contactId && mayRead && (
        <Suspense>
          <NotesBlock contactId={chat.contactId} />
        </Suspense>
      )}
    </div>
  )
}

function Block({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-1.5">
      <header className="flex h-7 items-center gap-2">
        <h3 className="flex-1 text-xs font-medium text-subtle">{title}</h3>
        {action}
      </header>
      {children}
    </section>
  )
}

type FactsProps = { chat: Chat; actions: Actions; onTool?: (tool: OpenTool) => void }
function Facts({ chat, onTool }: FactsProps) {
  const { t } = useTranslation('inbox')
  const { dateTime } = useFormat()
  const maySee = useCan('bd.accounts.read')
  const cell = 'flex min-h-7 min-w-0 flex-1 items-center gap-1.5 rounded-md px-1.5 text-left text-sm'
  const assignee = chat.assignee ? (
    <>
      <Avatar name={chat.assignee.name} size={18} />
      <span className="truncate">{chat.assignee.name}</span>
    </>
  ) : (
    <span className="text-subtle">{t('nobody')}</span>
  )
  const tags =
    chat.tags.length > 0 ? (
      <span className="flex min-w-0 flex-wrap gap-1 py-1">
        {chat.tags.map((tag) => (
          <Tag key={tag}>{tag}</Tag>
        ))}
      </span>
    ) : (
      <span className="text-subtle">{t('noTags')}</span>
    )
  const editable = (tool: OpenTool['tool'], label: string, inside: ReactNode) =>
    onTool ? (
      <button
        type="button"
        aria-haspopup="dialog"
        aria-label={label}
        className={`${cell} hover:bg-hover`}
        onClick={(e) => onTool({ tool, anchor: e.currentTarget })}
      >
        {inside}
      </button>
    ) : (
      <span className={cell}>{inside}</span>
    )
  const rows: [string, ReactNode][] = [
    [t('assignee'), editable('assign', `${t('assignee')}: ${chat.assignee?.name ?? t('nobody')}`, assignee)],
    [t('tags'), editable('tags', `${t('tags')}: ${chat.tags.join(', ') || t('noTags')}`, tags)],
    [
      t('account'),
      chat.account && maySee && chat.accountId ? (
        <Link key="a" to="/accounts/$id" params={{ id: chat.accountId }} className={`${cell} hover:underline`}>
          <span className="truncate">{chat.account.name}</span>
        </Link>
      ) : (
        <span key="a" className={cell}>
          <span className="truncate">{chat.account?.name ?? t(`channel.${chat.channel}`)}</span>
        </span>
      ),
    ],
    ...(chat.state === 'snoozed' && chat.snoozedUntil
      ? [
          [
            t('snoozedUntil'),
            <span key="s" className={cell}>
              {dateTime(chat.snoozedUntil)}
            </span>,
          ] as [string, ReactNode],
        ]
      : []),
  ]
  return (
    <dl className="flex flex-col gap-0.5">
      {rows.map(([name, value]) => (
        <div key={name} className="flex min-w-0 items-start gap-1">
          <dt className="shrink-0 py-1.5 text-xs text-subtle" style={{ width: 92 }}>
            {name}
          </dt>
          <dd className="flex min-w-0 flex-1">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Whom it is with in the CRM; else the two ways to get there. */
function ContactBlock({ chat, actions, writable }: { chat: Chat; actions: Actions; writable: boolean }) {
  const { t } = useTranslation('inbox')
  const mayAdd = useCan('crm.contacts.write')
  const maySee = useCan('crm.contacts.read')
  const [linking, setLinking] = useState<HTMLElement | null>(null)
  const [busy, setBusy] = useState(false)
  const id = chat.contactId
  const q = useQuery({ ...chatContactOptions(id ?? ''), enabled: maySee && id !== null })
  const c = q.data
  const facts = [c?.jobTitle, c?.companyName].filter(Boolean).join(' · ')
  return (
    <Block
      title={t('contact')}
      action={
        id &&
        writable && (
          <Button size="xs" variant="ghost" onClick={() => void actions.contact(chat, null)}>
            {t('unlink')}
          </Button>
        )
      }
    >
      {id ? (
        <Link
          to="/contacts/$id"
          params={{ id }}
          className="flex items-center gap-2.5 rounded-lg bg-card p-2.5 shadow-card hover:shadow-card-hover"
        >
          <Avatar name={chat.contact?.name ?? chat.title} size={28} />
          <span className="min-w-0 flex-1">
            <span className="block truncate text-sm font-medium">{chat.contact?.name ?? chat.title}</span>
            {facts && <span className="block truncate text-xs text-subtle">{facts}</span>}
            {c?.emails[0] && <span className="block truncate text-xs text-subtle">{c.emails[0]}</span>}
            {(c?.timeZone ?? c?.phoneTimeZone) && (
              // Its line is there before it is: nothing moves.
              <span className="flex h-4 items-center">
                <Suspense>{c && <LocalTime zones={c} />}</Suspense>
              </span>
            )}
            {maySee && q.isPending && <Skeleton className="mt-1 h-3 w-24" />}
          </span>
          <ChevronRight size={15} className="text-faint" aria-hidden />
        </Link>
      ) : (
        <>
          <p className="text-sm text-muted">{t('noContact')}</p>
          {writable && (
            <div className="flex flex-wrap gap-1.5">
              {mayAdd && (
                <Button
                  variant="primary"
                  busy={busy}
                  onClick={() => {
                    setBusy(true)
                    void actions.createContact(chat).finally(() => setBusy(false))
                  }}
                >
                  <UserPlus size={14} aria-hidden />
                  {t('createContact')}
                </Button>
              )}
              {maySee && (
                <Button aria-haspopup="dialog" onClick={(e) => setLinking(e.currentTarget)}>
                  {t('linkContact')}
                </Button>
              )}
            </div>
          )}
        </>
      )}
      <Suspense>
        {linking && (
          <RecordPicker
            kind="contact"
            anchor={linking}
            label={t('linkContact')}
            value={[]}
            onPick={(o) => void actions.contact(chat, { id: o.value, name: o.label })}
            onClose={() => setLinking(null)}
          />
        )}
      </Suspense>
    </Block>
  )
}

function DealsBlock({ chat, actions, writable }: { chat: Chat; actions: Actions; writable: boolean }) {
  const { t } = useTranslation('inbox')
  const maySee = useCan('crm.deals.read')
  const [linking, setLinking] = useState<HTMLElement | null>(null)
  if (!maySee) return null
  return (
    <Block
      title={t('deals')}
      action={
        writable && (
          <IconButton
            label={t('linkDeal')}
            size="icon-xs"
            aria-haspopup="dialog"
            onClick={(e) => setLinking(e.currentTarget)}
          >
            <Plus size={14} />
          </IconButton>
        )
      }
    >
      {chat.dealIds.length === 0 ? (
        <p className="text-sm text-subtle">{t('noDeals')}</p>
      ) : (
        <ul className="flex flex-col gap-1.5">
          {chat.dealIds.map((id) => (
            <DealRow
              key={id}
              id={id}
              onUnlink={
                writable
                  ? () =>
                      void actions.deals(
                        chat,
                        chat.dealIds.filter((d) => d !== id),
                      )
                  : undefined
              }
            />
          ))}
        </ul>
      )}
      <Suspense>
        {linking && (
          <RecordPicker
            kind="deal"
            anchor={linking}
            label={t('linkDeal')}
            value={[]}
            onPick={(o) => void actions.deals(chat, [...new Set([...chat.dealIds, o.value])])}
            onClose={() => setLinking(null)}
          />
        )}
      </Suspense>
    </Block>
  )
}
function DealRow({ id, onUnlink }: { id: string; onUnlink?: () => void }) {
  const { t } = useTranslation('inbox')
  const { t: tc } = useTranslation()
  const name = useQuery(recordNameOptions('deal', id)).data
  return (
    <li className="flex items-center gap-2 rounded-lg bg-card px-2.5 py-2 shadow-card">
      <Handshake size={14} strokeWidth={1.75} className="shrink-0 text-subtle" aria-hidden />
      <Link to="/deals/$id" params={{ id }} className="min-w-0 flex-1 truncate text-sm font-medium hover:underline">
        {name ?? t('deal')}
      </Link>
      {onUnlink && (
        <Button
          size="xs"
          variant="ghost"
          onClick={onUnlink}
          aria-label={tc('ui.removeValue', { value: name ?? t('deal') })}
        >
          {t('unlink')}
        </Button>
      )}
    </li>
  )
}

/** The same person through another account. */
function OtherChats({ chat, contactId }: { chat: Chat; contactId: string }) {
  const { t } = useTranslation('inbox')
  const fmt = useFormat()
  const others = useQuery(chatsOfOptions(contactId)).data?.filter((c) => c.id !== chat.id) ?? []
  if (others.length === 0) return null
  return (
    <Block title={t('otherChats')}>
      <ul className="flex flex-col">
        {others.map((c) => (
          <li key={c.id}>
            <Link
              to="/inbox/$chatId"
              params={{ chatId: c.id }}
              search={(s) => ({ ...s, at: undefined })}
              className="flex min-h-8 items-center gap-2 rounded-md px-1.5 text-sm hover:bg-hover"
            >
              <span className="min-w-0 flex-1 truncate">{c.account?.name ?? c.title}</span>
              {c.lastMessageAt && <span className="tabular text-xs text-subtle">{fmt.dayMonth(c.lastMessageAt)}</span>}
            </Link>
          </li>
        ))}
      </ul>
    </Block>
  )
}
