import { Link } from '@tanstack/react-router'
import {
  Building2,
  Handshake,
  type LucideIcon,
  MoveRight,
  Pencil,
  RotateCcw,
  StickyNote,
  Trash2,
  Undo2,
  Upload,
  UserPlus,
} from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { RecentEntry } from '@/api/gen/types.gen'
import { cn } from '@/shared/lib/cn'
import { useSession } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { plainBody } from '@/shared/timeline/mentions'
import type { Tone } from '@/shared/ui/tone'
import { cardCls } from './card'
import { type Activity, activities, placeOf } from './model'

function look({ subject, action, actor, moved }: RecentEntry): [LucideIcon, Tone] {
  if (action === 'deleted') return [Trash2, 'red']
  if (action === 'restored') return [RotateCcw, 'teal']
  if (action === 'reverted') return [Undo2, 'amber']
  if (subject.kind === 'note') return [StickyNote, 'amber']
  if (moved?.from) return [MoveRight, 'blue']
  if (action === 'updated') return [Pencil, 'gray']
  if (actor.kind === 'import') return [Upload, 'violet']
  if (subject.kind === 'deal') return [Handshake, 'teal']
  return subject.kind === 'company' ? [Building2, 'green'] : [UserPlus, 'blue']
}

/** Who did what to whom, newest first. */
export function ActivityFeed({ recent }: { recent: readonly RecentEntry[] }) {
  const { t } = useTranslation('dashboard')
  return (
    <section className={cn(cardCls, 'min-w-0 pb-2')}>
      <h3 className="mb-1.5 font-semibold">{t('activity.title')}</h3>
      {recent.length === 0 ? (
        <p className="py-6 text-center text-sm text-subtle">{t('activity.none')}</p>
      ) : (
        <ul className="-mx-2 flex flex-col">
          {activities(recent).map((a) => (
            <Line key={a.entry.id} activity={a} />
          ))}
        </ul>
      )}
    </section>
  )
}

const PAGE = { contact: '/contacts/$id', company: '/companies/$id', deal: '/deals/$id' } as const

function Line({ activity: { entry, more } }: { activity: Activity }) {
  const { t } = useTranslation('dashboard')
  const { ago, dateTime } = useFormat()
  const [Icon, tone] = look(entry)
  const place = placeOf(entry)
  const content = (
    <>
      <span data-tone={tone} className="grid size-7 shrink-0 place-items-center rounded-md bg-tone text-tone-fg">
        <Icon size={14} aria-hidden />
      </span>
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <span className="truncate font-medium">
            {entry.subjectName ?? t('activity.unnamed')}
            {more > 0 && <span className="text-subtle"> {t('activity.more', { count: more })}</span>}
          </span>
          <time dateTime={entry.at} title={dateTime(entry.at)} className="tabular ml-auto shrink-0 text-xs text-subtle">
            {ago(entry.at)}
          </time>
        </span>
        <span className="block truncate text-xs text-muted">
          <What entry={entry} />
        </span>
      </span>
    </>
  )
  const row = 'flex gap-2.5 rounded-md px-2 py-1.5'
  if (!place) return <li className={row}>{content}</li>
  return (
    <li>
      <Link to={PAGE[place.kind]} params={{ id: place.id }} className={cn(row, 'hover:bg-hover')}>
        {content}
      </Link>
    </li>
  )
}

/** “Contact added · Anna”. The verb first and impersonal: Russian past tenses would need the actor's gender. */
function What({ entry: { subject, action, actor, note, moved } }: { entry: RecentEntry }) {
  const { t } = useTranslation('dashboard')
  const { user } = useSession()
  const who =
    actor.kind === 'user' && actor.id === user.id
      ? t('activity.you')
      : actor.kind === 'import'
        ? t('activity.import', { file: actor.name ?? '' }).trim()
        : (actor.name ?? t(`activity.actor.${actor.kind}`))
  const what =
    subject.kind === 'note' && action === 'created' && note
      ? t('activity.quote', { text: plainBody(note.body).replace(/\s+/g, ' ').slice(0, 120) })
      : action === 'updated' && moved?.to.name
        ? t('activity.moved', { stage: moved.to.name })
        : subject.kind === 'chat' || action === 'talked'
          ? ''
          : t(`activity.${subject.kind}.${action}`)
  return `${what} · ${who}`
}
