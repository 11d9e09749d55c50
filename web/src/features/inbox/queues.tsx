import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import {
  AtSign,
  CalendarClock,
  CircleCheck,
  Clock,
  History,
  type LucideIcon,
  MessagesSquare,
  User,
  UserRoundX,
} from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { useCan } from '@/shared/session/session'
import type { Tone } from '@/shared/ui/tone'
import { accountsOptions } from './api'
import { inboxCountsOptions } from './count'
import { type InboxSearch, QUEUES, type Queue, queueOf } from './search-params'
import type { ChatAccount, InboxCounts } from './types'

const ICONS: Record<Queue, LucideIcon> = {
  mine: User,
  unassigned: UserRoundX,
  all: MessagesSquare,
  mentions: AtSign,
  snoozed: Clock,
  scheduled: CalendarClock,
  done: CircleCheck,
}
const MOST = 99
export const shownCount = (n: number) => (n > MOST ? `${MOST}+` : String(n))
export const countOf = (counts: InboxCounts | undefined, queue: Queue) =>
  queue === 'done' ? 0 : (counts?.[queue] ?? 0)

export function useAccounts(): ChatAccount[] {
  const may = useCan('bd.accounts.read')
  return useQuery({ ...accountsOptions(), enabled: may }).data ?? []
}
export const lightOf = (a: Pick<ChatAccount, 'status' | 'isConnected'>): Tone =>
  a.isConnected
    ? a.status === 'flood_wait' || a.status === 'restricted'
      ? 'amber'
      : 'green'
    : a.status === 'reconnecting'
      ? 'amber'
      : 'red'

const row =
  'flex min-h-7 items-center gap-2 rounded-md px-2 text-sm font-medium text-muted outline-offset-[-2px] hover:bg-hover hover:text-fg'
const here = { className: 'bg-active text-fg!', 'aria-current': 'page' as const }

/** Which conversations: whose, in what state, of which account. */
export function Queues({ search }: { search: InboxSearch }) {
  const { t } = useTranslation('inbox')
  const counts = useQuery(inboxCountsOptions()).data
  const accounts = useAccounts()
  const queue = queueOf(search)
  const mayImport = useCan('messaging.chats.import')
  return (
    <nav
      aria-label={t('queues')}
      className="no-scrollbar flex min-h-0 flex-1 flex-col gap-px overflow-y-auto border-r border-line p-2"
      style={{ width: 168 }}
    >
      {QUEUES.map((q) => (
        <QueueLink key={q} queue={q} on={q === queue} search={search} count={countOf(counts, q)} />
      ))}
      {accounts.length > 0 && (
        <>
          <h2 className="px-2 pt-4 pb-1 text-xs font-medium text-subtle">{t('accounts')}</h2>
          {accounts.map((a) => (
            <Link
              key={a.id}
              to="/inbox"
              search={{ ...search, at: undefined, account: a.id === search.account ? undefined : a.id }}
              className={cn(row, a.id === search.account && here.className)}
              aria-current={a.id === search.account ? 'true' : undefined}
              activeProps={{ 'aria-current': undefined }}
            >
              <span data-tone={lightOf(a)} className="size-2 shrink-0 rounded-full bg-tone-solid" aria-hidden />
              <span className="min-w-0 flex-1 truncate">{a.name}</span>
              {!a.isConnected && <span className="sr-only">{t('disconnected')}</span>}
              <Count n={counts?.accounts.find((c) => c.id === a.id)?.unread ?? 0} />
            </Link>
          ))}
        </>
      )}
      {mayImport && (
        <Link to="/import/chats" className={cn(row, 'mt-auto')}>
          <History size={15} strokeWidth={1.75} aria-hidden className="shrink-0 text-subtle" />
          <span className="min-w-0 flex-1 truncate">{t('importHistory')}</span>
        </Link>
      )}
    </nav>
  )
}
type LinkProps = { queue: Queue; on: boolean; search: InboxSearch; count: number }
function QueueLink({ queue, on, search, count }: LinkProps) {
  const { t } = useTranslation('inbox')
  const Icon = ICONS[queue]
  return (
    <Link
      to="/inbox"
      search={{ ...search, at: undefined, queue: queue === 'all' ? undefined : queue }}
      className={cn(row, on && here.className)}
      activeProps={{ 'aria-current': undefined }}
      aria-current={on ? 'page' : undefined}
    >
      <Icon size={15} strokeWidth={1.75} aria-hidden className="shrink-0 text-subtle" />
      <span className="min-w-0 flex-1 truncate">{t(`queue.${queue}`)}</span>
      <Count n={count} />
    </Link>
  )
}
const Count = ({ n }: { n: number }) => n > 0 && <span className="tabular text-xs text-muted">{shownCount(n)}</span>

/** The same on a narrow page: a strip above the list. */
export function QueueStrip({ search }: { search: InboxSearch }) {
  const { t } = useTranslation('inbox')
  const counts = useQuery(inboxCountsOptions()).data
  const queue = queueOf(search)
  return (
    <nav
      aria-label={t('queues')}
      className="no-scrollbar flex shrink-0 gap-0.5 overflow-x-auto border-b border-line px-2.5 pb-2"
    >
      {QUEUES.map((q) => (
        <Link
          key={q}
          to="/inbox"
          search={{ ...search, at: undefined, queue: q === 'all' ? undefined : q }}
          activeProps={{ 'aria-current': undefined }}
          aria-current={q === queue ? 'page' : undefined}
          className={cn(
            'inline-flex h-7 shrink-0 items-center gap-1.5 rounded-md px-2 text-sm font-medium whitespace-nowrap text-muted select-none any-pointer-coarse:h-9 hover:bg-hover',
            q === queue && 'bg-active text-fg!',
          )}
        >
          {t(`queue.${q}`)}
          <Count n={countOf(counts, q)} />
        </Link>
      ))}
    </nav>
  )
}
