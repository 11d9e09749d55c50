import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import {
  Ban,
  Ellipsis,
  History,
  type LucideIcon,
  Merge,
  MessagesSquare,
  MoveRight,
  Pencil,
  Plus,
  RotateCcw,
  StickyNote,
  Trash2,
  Undo2,
} from 'lucide-react'
import { type ReactNode, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Note, TimelineDeal, TimelineEntry } from '@/api/gen/types.gen'
import { dayOf } from '@/shared/lib/dates'
import { useCan, useSession } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Avatar } from '@/shared/ui/avatar'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { IconButton } from '@/shared/ui/icon-button'
import { Menu, MenuContent, MenuItem, MenuTrigger } from '@/shared/ui/menu'
import { type About, ACTIVITY_ICON, ActivityInput } from './activity'
import { type Subject, timelineOptions } from './api'
import { entryCls } from './entry-look'
import { MovedStages } from './moved-stages'
import { NoteBody } from './note-body'
import { NoteComposer } from './note-composer'
import { NoteText } from './note-text'
import { dropNote, isDropped, type NoteEdit, saveNote } from './notes'
import { TalkEntry } from './talk-entry'
import { ACTOR, byDay, DEAL, type Explain, type Line, type Tools, tell } from './tell'
import { TimelineSkeleton } from './timeline-skeleton'

type TimelineProps = {
  kind: Subject
  id: string
  readOnly: boolean
  explain: Explain
  /** What can be done about an entry; `entries` are all that are shown, newest first. */
  action?: (entry: TimelineEntry, entries: readonly TimelineEntry[]) => ReactNode
}
/** What happened to a record or a deal, newest first, with its notes and the place to write one. */
export function Timeline({ kind, id, readOnly, explain, action }: TimelineProps) {
  const { t } = useTranslation('timeline')
  const fmt = useFormat()
  const tools = useMemo(() => ({ t, fmt }), [t, fmt])
  const zone = useSession().user.timeZone
  const mayWrite = useCan('crm.notes.write') && !readOnly
  const q = useInfiniteQuery(timelineOptions(kind, id))
  const entries = useMemo(
    () => q.data?.pages.flatMap((p) => p.items).filter((e) => !isDropped(e.subject.id)) ?? [],
    [q.data],
  )
  const days = byDay(entries, (at) => dayOf(at, zone))
  return (
    <div className="flex flex-col gap-5">
      {mayWrite && <NoteComposer key={id} kind={kind} id={id} />}
      {q.isPending ? (
        <TimelineSkeleton />
      ) : q.isError && !q.data ? (
        <ErrorState error={q.error} onRetry={() => void q.refetch()} className="py-6!" />
      ) : entries.length === 0 && !q.hasNextPage ? (
        <EmptyState icon={History} tone="gray" title={t('empty')} className="py-6!" />
      ) : (
        days.map((d) => (
          <section key={d.day} aria-label={dayTitle(d.day, zone, tools)}>
            <h3 className="mb-2.5 text-xs font-medium text-subtle">{dayTitle(d.day, zone, tools)}</h3>
            <ul className="flex flex-col gap-3">
              {d.entries.map((e) => (
                <Entry
                  key={e.id}
                  kind={kind}
                  id={id}
                  entry={e}
                  tools={tools}
                  mayWrite={mayWrite}
                  explain={explain}
                  action={action?.(e, entries)}
                />
              ))}
            </ul>
          </section>
        ))
      )}
      {q.hasNextPage && (
        <Button className="self-center" busy={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
    </div>
  )
}
function dayTitle(day: string, zone: string, { t, fmt }: Tools): string {
  const today = dayOf(Date.now(), zone)
  if (day === today) return t('today')
  if (day === dayOf(Date.now() - 86_400_000, zone)) return t('yesterday')
  return fmt.day(`${day}T12:00:00Z`)
}

const ICON: Record<TimelineEntry['action'], LucideIcon> = {
  created: Plus,
  updated: Pencil,
  deleted: Trash2,
  restored: RotateCcw,
  reverted: Undo2,
  merged: Merge,
  talked: MessagesSquare,
}
type EntryProps = {
  kind: Subject
  id: string
  entry: TimelineEntry
  tools: Tools
  mayWrite: boolean
}
type ChangeProps = EntryProps & { explain: Explain; action: ReactNode }
function Entry({ kind, id, entry, tools, mayWrite, explain, action }: ChangeProps) {
  const { note, moved, conversation } = entry
  if (conversation) return <TalkEntry entry={entry} talk={conversation} tools={tools} />
  if (entry.subject.kind === 'note' && entry.action === 'created' && note)
    return <NoteEntry kind={kind} id={id} entry={entry} note={note} tools={tools} mayWrite={mayWrite} />
  const told = tell(kind, entry, tools, explain)
  const forbidden =
    entry.changes.length === 1 && entry.changes[0]?.field === 'doNotContact' && entry.changes[0].to === true
  const Icon =
    entry.subject.kind === 'note' ? StickyNote : forbidden ? Ban : moved?.from ? MoveRight : ICON[entry.action]
  const [before, after = ''] = told.text.split(ACTOR)
  const [did, end = ''] = after.split(DEAL)
  const inline = entry.action !== 'merged' && !moved && told.lines.length === 1 ? told.lines[0] : undefined
  return (
    <li className={entryCls}>
      <span className="z-[1] grid size-6 shrink-0 place-items-center rounded-full bg-surface text-subtle shadow-card">
        <Icon size={12} strokeWidth={2} aria-hidden />
      </span>
      <div className="min-w-0 flex-1 pt-[3px]">
        <div className="flex items-baseline gap-2">
          <p className="min-w-0 text-muted">
            {before}
            <span className="font-medium text-fg">{told.actor}</span>
            {did}
            {entry.deal && <DealLink deal={entry.deal} />}
            {end}
            {inline && (
              <>
                {' '}
                <Change line={inline} tools={tools} />
              </>
            )}
          </p>
          <Stamp entry={entry} tools={tools} />
        </div>
        {moved && <MovedStages moved={moved} t={tools.t} />}
        {action}
        {told.lines.length > 0 && !inline && (
          <ul className="mt-1.5 flex flex-col gap-1 border-l-2 border-line pl-2.5">
            {told.lines.map((l) => (
              <li key={l.field} className="text-muted">
                <span className="text-subtle">{l.label}:</span> <Change line={l} tools={tools} />
              </li>
            ))}
          </ul>
        )}
      </div>
    </li>
  )
}
function DealLink({ deal: { id, title } }: { deal: TimelineDeal }) {
  return (
    <Link to="/deals/$id" params={{ id }} className="font-medium break-words text-fg hover:underline">
      {title}
    </Link>
  )
}
function Stamp({ entry, tools }: { entry: TimelineEntry; tools: Tools }) {
  const badge = entry.batchId && entry.action !== 'merged' ? (entry.actor.kind === 'import' ? 'import' : 'bulk') : null
  return (
    <span className="ml-auto flex shrink-0 items-center gap-2 self-start">
      {badge && <Badge tone={badge === 'import' ? 'sky' : 'gray'}>{tools.t(`badge.${badge}`)}</Badge>}
      <time dateTime={entry.at} title={tools.fmt.dateTime(entry.at)} className="tabular text-xs text-subtle">
        {tools.fmt.time(entry.at)}
      </time>
    </span>
  )
}
/** Old → new. Screen readers hear the words. */
function Change({ line, tools: { t } }: { line: Line; tools: Tools }) {
  if (line.added.length > 0 || line.removed.length > 0)
    return (
      <span className="inline-flex flex-wrap items-center gap-1 align-bottom">
        {line.added.map((v) => (
          <span key={`+${v}`} className="rounded-sm bg-active px-1 text-fg">
            <span aria-hidden>+ </span>
            <span className="sr-only">{t('added')} </span>
            {v}
          </span>
        ))}
        {line.removed.map((v) => (
          <span key={`-${v}`} className="px-0.5 text-subtle line-through">
            <span className="sr-only">{t('removed')} </span>
            {v}
          </span>
        ))}
      </span>
    )
  return (
    <>
      {line.from !== null && (
        <>
          <span className="sr-only">{t('from')} </span>
          <span className="break-words text-subtle line-through">{line.from}</span>{' '}
        </>
      )}
      {line.to !== null && (
        <>
          {line.from !== null && <span aria-hidden>→ </span>}
          <span className="sr-only">{t('to')} </span>
          <span className="font-medium break-words text-fg">{line.to}</span>
        </>
      )}
    </>
  )
}

type NoteProps = EntryProps & { note: Note }
function NoteEntry({ kind, id, entry, note, tools, mayWrite }: NoteProps) {
  const { t } = useTranslation('timeline')
  const { t: tc } = useTranslation()
  const qc = useQueryClient()
  const { user } = useSession()
  const [draft, setDraft] = useState<NoteEdit | null>(null)
  const Icon = ACTIVITY_ICON[note.kind]
  const author = note.authorName ?? entry.actor.name ?? t('actor.someone')
  const mine = mayWrite && note.authorId === user.id && !note.id.startsWith('new-')
  const save = () => {
    const body = draft?.body.trim()
    setDraft(null)
    if (draft && body) void saveNote({ qc, kind, id }, note, { ...draft, body })
  }
  return (
    <li className={entryCls}>
      <Avatar name={author} size={24} className="z-[1] ring-2 ring-surface" />
      <article aria-label={t('note.of', { name: author })} className="min-w-0 flex-1 rounded-lg bg-card shadow-card">
        <header className="flex h-9 items-center gap-2 pr-1.5 pl-3">
          <span className="truncate font-medium">{author}</span>
          <span className="flex shrink-0 items-center gap-1 text-xs text-subtle">
            {note.kind !== 'note' && <Icon size={12} aria-hidden />}
            {t(`activity.said.${note.kind}`)}
          </span>
          {entry.deal && (
            <span className="min-w-0 truncate text-xs">
              <DealLink deal={entry.deal} />
            </span>
          )}
          {note.version > 1 && <span className="text-xs text-subtle">· {t('note.edited')}</span>}
          <span className="ml-auto flex items-center gap-1">
            <time dateTime={entry.at} title={tools.fmt.dateTime(entry.at)} className="tabular text-xs text-subtle">
              {tools.fmt.time(entry.at)}
            </time>
            {mine && (
              <Menu>
                <MenuTrigger
                  render={
                    <IconButton label={t('note.actions')} size="icon-xs" tip={false}>
                      <Ellipsis size={14} />
                    </IconButton>
                  }
                />
                <MenuContent align="end">
                  <MenuItem onClick={() => setDraft({ body: note.body, ...aboutOf(note) })}>
                    <Pencil size={14} aria-hidden />
                    {tc('action.edit')}
                  </MenuItem>
                  <MenuItem danger onClick={() => dropNote({ qc, kind, id }, note)}>
                    <Trash2 size={14} aria-hidden />
                    {tc('action.delete')}
                  </MenuItem>
                </MenuContent>
              </Menu>
            )}
          </span>
        </header>
        {draft === null ? (
          <>
            {note.kind !== 'note' && <Occurred note={note} tools={tools} />}
            <NoteBody note={note} />
          </>
        ) : (
          <div className="border-t border-line">
            <NoteText
              autoFocus
              label={t('note.edit')}
              value={draft.body}
              rows={3}
              onChange={(body) => setDraft((d) => d && { ...d, body })}
              onSave={save}
              onCancel={() => setDraft(null)}
            />
            <ActivityInput value={draft} onChange={(about) => setDraft((d) => d && { ...d, ...about })} />
            <div className="flex justify-end gap-2 px-2 pb-2">
              <Button onClick={() => setDraft(null)}>{tc('action.cancel')}</Button>
              <Button variant="primary" onClick={save} disabled={!draft.body.trim()}>
                {tc('action.save')}
              </Button>
            </div>
          </div>
        )}
      </article>
    </li>
  )
}

/** When it was written is what it tells of, unless it says. */
const aboutOf = ({ kind, occurredAt, createdAt, durationMinutes }: Note): About => ({
  kind,
  occurredAt: occurredAt === createdAt ? null : occurredAt,
  durationMinutes,
})

function Occurred({ note, tools: { t, fmt } }: { note: Note; tools: Tools }) {
  return (
    <p className="px-3 pb-1 text-xs text-muted">
      <time dateTime={note.occurredAt}>{fmt.dateTime(note.occurredAt)}</time>
      {note.durationMinutes !== null && <> · {t('activity.lasted', { count: note.durationMinutes })}</>}
    </p>
  )
}
