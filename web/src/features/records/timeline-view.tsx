import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import {
  Ban,
  Ellipsis,
  History,
  type LucideIcon,
  Merge,
  Pencil,
  Plus,
  RotateCcw,
  StickyNote,
  Trash2,
  Undo2,
} from 'lucide-react'
import { Fragment, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Note, TimelineEntry } from '@/api/gen/types.gen'
import { useCan, useSession } from '@/shared/session/session'
import { Avatar } from '@/shared/ui/avatar'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { IconButton } from '@/shared/ui/icon-button'
import { Menu, MenuContent, MenuItem, MenuTrigger } from '@/shared/ui/menu'
import { Skeleton } from '@/shared/ui/skeleton'
import { timelineOptions } from './api'
import type { Tools } from './cells'
import { dayOf } from './dates'
import type { Kind } from './fields'
import { permission } from './kinds'
import { unmerge } from './merge'
import { NoteComposer, NoteText } from './note-composer'
import { dropNote, isDropped, saveNote } from './notes'
import { ACTOR, byDay, isOpenMerge, type Line, tell } from './timeline'
import { useTools } from './use-tools'

/** What happened to a record, newest first, with its notes and the place to write one. */
export function Timeline({ kind, id, readOnly }: { kind: Kind; id: string; readOnly: boolean }) {
  const { t } = useTranslation('records')
  const tools = useTools()
  const zone = useSession().user.timeZone
  const mayWrite = useCan('crm.notes.write') && !readOnly
  const mayMerge = useCan(permission(kind, 'merge')) && !readOnly
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
      ) : entries.length === 0 ? (
        <EmptyState icon={History} tone="gray" title={t('timeline.empty')} className="py-6!" />
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
                  mayUndo={mayMerge && isOpenMerge(e, entries)}
                />
              ))}
            </ul>
          </section>
        ))
      )}
      {q.hasNextPage && (
        <Button className="self-center" busy={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>
          {t('timeline.more')}
        </Button>
      )}
    </div>
  )
}
function dayTitle(day: string, zone: string, { t, fmt }: Tools): string {
  const today = dayOf(Date.now(), zone)
  if (day === today) return t('timeline.today')
  if (day === dayOf(Date.now() - 86_400_000, zone)) return t('timeline.yesterday')
  return fmt.day(`${day}T12:00:00Z`)
}

const ICON: Record<TimelineEntry['action'], LucideIcon> = {
  created: Plus,
  updated: Pencil,
  deleted: Trash2,
  restored: RotateCcw,
  reverted: Undo2,
  merged: Merge,
}
/** A rail leads from each entry to the next of its day. */
const entryCls =
  'relative flex gap-3 text-sm not-last:before:absolute not-last:before:top-6 not-last:before:-bottom-3 not-last:before:left-3 not-last:before:w-px not-last:before:bg-line'
type EntryProps = {
  kind: Kind
  id: string
  entry: TimelineEntry
  tools: Tools
  mayWrite: boolean
  /** It is a merge that can be taken back. */
  mayUndo?: boolean
}
function Entry({ kind, id, entry, tools, mayWrite, mayUndo }: EntryProps) {
  const { note } = entry
  if (entry.subject.kind === 'note' && entry.action === 'created' && note)
    return <NoteEntry kind={kind} id={id} entry={entry} note={note} tools={tools} mayWrite={mayWrite} />
  const told = tell(kind, entry, tools)
  const forbidden =
    entry.changes.length === 1 && entry.changes[0]?.field === 'doNotContact' && entry.changes[0].to === true
  const Icon = entry.subject.kind === 'note' ? StickyNote : forbidden ? Ban : ICON[entry.action]
  const [before, after = ''] = told.text.split(ACTOR)
  const inline = entry.action !== 'merged' && told.lines.length === 1 ? told.lines[0] : undefined
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
            {after}
            {inline && (
              <>
                {' '}
                <Change line={inline} tools={tools} />
              </>
            )}
          </p>
          <Stamp entry={entry} tools={tools} />
        </div>
        {mayUndo && entry.batchId && <UndoMerge kind={kind} batchId={entry.batchId} />}
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
function UndoMerge({ kind, batchId }: { kind: Kind; batchId: string }) {
  const { t } = useTranslation('records')
  const qc = useQueryClient()
  const [busy, setBusy] = useState(false)
  const undo = async () => {
    setBusy(true)
    await unmerge(qc, kind, batchId)
    setBusy(false)
  }
  return (
    <Button variant="ghost" busy={busy} onClick={() => void undo()} className="mt-1 -ml-2">
      <Undo2 size={14} aria-hidden />
      {t('merge.undo')}
    </Button>
  )
}
function Stamp({ entry, tools }: { entry: TimelineEntry; tools: Tools }) {
  const badge = entry.batchId && entry.action !== 'merged' ? (entry.actor.kind === 'import' ? 'import' : 'bulk') : null
  return (
    <span className="ml-auto flex shrink-0 items-center gap-2 self-start">
      {badge && <Badge tone={badge === 'import' ? 'sky' : 'gray'}>{tools.t(`timeline.badge.${badge}`)}</Badge>}
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
            <span className="sr-only">{t('timeline.added')} </span>
            {v}
          </span>
        ))}
        {line.removed.map((v) => (
          <span key={`-${v}`} className="px-0.5 text-subtle line-through">
            <span className="sr-only">{t('timeline.removed')} </span>
            {v}
          </span>
        ))}
      </span>
    )
  return (
    <>
      {line.from !== null && (
        <>
          <span className="sr-only">{t('timeline.from')} </span>
          <span className="break-words text-subtle line-through">{line.from}</span>{' '}
        </>
      )}
      {line.to !== null && (
        <>
          {line.from !== null && <span aria-hidden>→ </span>}
          <span className="sr-only">{t('timeline.to')} </span>
          <span className="font-medium break-words text-fg">{line.to}</span>
        </>
      )}
    </>
  )
}

type NoteProps = EntryProps & { note: Note }
function NoteEntry({ kind, id, entry, note, tools, mayWrite }: NoteProps) {
  const { t } = useTranslation('records')
  const { t: tc } = useTranslation()
  const qc = useQueryClient()
  const { user } = useSession()
  const [draft, setDraft] = useState<string | null>(null)
  const author = note.authorName ?? entry.actor.name ?? t('timeline.actor.someone')
  const mine = mayWrite && note.authorId === user.id && !note.id.startsWith('new-')
  const save = () => {
    const body = draft?.trim()
    setDraft(null)
    if (body && body !== note.body) void saveNote({ qc, kind, id }, note, body)
  }
  return (
    <li className={entryCls}>
      <Avatar name={author} size={24} className="z-[1] ring-2 ring-surface" />
      <article aria-label={t('note.of', { name: author })} className="min-w-0 flex-1 rounded-lg bg-card shadow-card">
        <header className="flex h-9 items-center gap-2 pr-1.5 pl-3">
          <span className="truncate font-medium">{author}</span>
          <span className="text-xs text-subtle">{t('note.noted')}</span>
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
                  <MenuItem onClick={() => setDraft(note.body)}>
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
          <p className="px-3 pb-2.5 break-words whitespace-pre-wrap">{note.body}</p>
        ) : (
          <div className="border-t border-line">
            <NoteText
              autoFocus
              label={t('note.edit')}
              value={draft}
              rows={3}
              onChange={setDraft}
              onSave={save}
              onCancel={() => setDraft(null)}
            />
            <div className="flex justify-end gap-2 px-2 pb-2">
              <Button onClick={() => setDraft(null)}>{tc('action.cancel')}</Button>
              <Button variant="primary" onClick={save} disabled={!draft.trim()}>
                {tc('action.save')}
              </Button>
            </div>
          </div>
        )}
      </article>
    </li>
  )
}

function TimelineSkeleton() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-busy aria-label={t('ui.loading')} className="flex flex-col gap-3">
      <Skeleton className="h-3 w-16" />
      {['w-3/5', 'w-1/2', 'w-2/3', 'w-2/5'].map((w) => (
        <Fragment key={w}>
          <div className="flex items-center gap-3">
            <Skeleton className="size-6 rounded-full" />
            <Skeleton className={`h-3.5 ${w}`} />
          </div>
        </Fragment>
      ))}
    </div>
  )
}
