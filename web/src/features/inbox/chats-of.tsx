import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useSession } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Avatar } from '@/shared/ui/avatar'
import { Button } from '@/shared/ui/button'
import { Skeleton } from '@/shared/ui/skeleton'
import { chatsOfOptions } from './api'
import { ChannelBadge, LastText, Ticks } from './chat-row'
import { isToday, nameOf } from './model'
import { senderOf } from './sender'

/** On the page of a contact: the conversations with them, and the way into them. */
export default function ChatsOf({ contactId }: { contactId: string }) {
  const { t } = useTranslation('inbox')
  const { t: tc } = useTranslation()
  const { user } = useSession()
  const fmt = useFormat()
  const q = useQuery(chatsOfOptions(contactId))
  const chats = q.data ?? []
  const first = senderOf(contactId, chats)
  const sorted = first ? [first, ...chats.filter((c) => c !== first)] : chats
  return (
    <section aria-label={t('chatsOf')} className="flex flex-col gap-2">
      <header className="flex h-7 items-center gap-2 px-2">
        <h2 className="text-xs font-medium text-subtle">{t('chatsOf')}</h2>
        {chats.length > 0 && <span className="tabular text-xs text-subtle">{fmt.num(chats.length)}</span>}
      </header>
      {q.isPending ? (
        <Skeleton className="h-12" />
      ) : q.isError ? (
        <div className="flex items-center gap-2 px-2 text-sm text-muted">
          {t('chatsOfFailed')}
          <Button size="xs" onClick={() => void q.refetch()}>
            {tc('action.retry')}
          </Button>
        </div>
      ) : (
        chats.length === 0 && <p className="px-2 text-sm text-subtle">{t('noChatsOf')}</p>
      )}
      <ul className="flex flex-col gap-1.5">
        {sorted.map((c) => (
          <li key={c.id}>
            <Link
              to="/inbox/$chatId"
              params={{ chatId: c.id }}
              className="flex items-center gap-3 rounded-lg bg-card px-2.5 py-2 shadow-card hover:shadow-card-hover"
            >
              <span className="relative shrink-0">
                <Avatar name={nameOf(c)} size={28} />
                <ChannelBadge channel={c.channel} />
              </span>
              <span className="min-w-0 flex-1">
                <span className="flex items-baseline gap-2 text-sm">
                  <span className="min-w-0 truncate font-medium">{c.account?.name ?? c.title}</span>
                  {c.lastMessageAt && (
                    <time dateTime={c.lastMessageAt} className="tabular ml-auto shrink-0 text-xs text-subtle">
                      {isToday(c.lastMessageAt, user.timeZone)
                        ? fmt.time(c.lastMessageAt)
                        : fmt.dayMonth(c.lastMessageAt)}
                    </time>
                  )}
                </span>
                <span className="flex min-w-0 items-center gap-1 text-xs text-muted">
                  {c.lastMessage?.direction === 'out' && <Ticks status={c.lastMessage.status} />}
                  <span className="min-w-0 flex-1 truncate">
                    {c.lastMessage ? <LastText m={c.lastMessage} /> : t('noMessages')}
                  </span>
                  {c.unread > 0 && (
                    <span className="tabular grid h-4 min-w-4 shrink-0 place-items-center rounded-full bg-accent px-1 text-2xs font-semibold text-accent-fg">
                      {c.unread}
                    </span>
                  )}
                </span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
