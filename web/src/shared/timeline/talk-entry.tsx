import { Link } from '@tanstack/react-router'
import { Plug, Send } from 'lucide-react'
import type { TimelineConversation, TimelineEntry } from '@/api/gen/types.gen'
import { entryCls } from './entry-look'
import { saidOf, sidesOf } from './talk'
import type { Tools } from './tell'

type Props = { entry: TimelineEntry; talk: TimelineConversation; tools: Tools }
/** What was said in a conversation on a day: how much, and what last. Leads there. */
export function TalkEntry({ entry, talk, tools }: Props) {
  const { t, fmt } = tools
  const Icon = talk.channel === 'telegram' ? Send : Plug
  const { id, isOurs } = talk.lastMessage
  const said = saidOf(talk, tools)
  return (
    <li className={entryCls}>
      <span
        data-tone={talk.channel === 'telegram' ? 'sky' : 'violet'}
        className="z-[1] grid size-6 shrink-0 place-items-center rounded-full bg-tone text-tone-fg ring-2 ring-surface"
      >
        <Icon size={12} strokeWidth={2} aria-hidden />
      </span>
      <div className="relative min-w-0 flex-1 rounded-md px-1.5 pt-[3px] pb-1 -mx-1.5 hover:bg-row-hover">
        <div className="flex items-baseline gap-2">
          <p className="min-w-0 text-muted">
            <Link
              to="/inbox/$chatId"
              params={{ chatId: talk.chatId }}
              search={{ at: id }}
              className="font-medium break-words text-fg outline-none after:absolute after:inset-0 after:rounded-md after:outline-offset-[-2px] focus-visible:after:outline-2"
            >
              {t(`talk.channel.${talk.channel === 'telegram' ? 'telegram' : 'api'}`)} · {talk.title}
            </Link>
            <span className="tabular">: {sidesOf(talk, tools)}</span>
          </p>
          <time
            dateTime={entry.at}
            title={fmt.dateTime(entry.at)}
            className="tabular ml-auto shrink-0 text-xs text-subtle"
          >
            {fmt.time(entry.at)}
          </time>
        </div>
        {said && (
          <p className="truncate text-muted">
            {isOurs && <span className="text-subtle">{t('talk.ours')} </span>}
            {said}
          </p>
        )}
      </div>
    </li>
  )
}
