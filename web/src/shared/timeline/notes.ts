import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import { getOverviewQueryKey } from '@/api/gen/@tanstack/react-query.gen'
import { deleteNote, updateNote } from '@/api/gen/sdk.gen'
import type { Note, NoteInput, TimelineEntry, TimelinePage, User } from '@/api/gen/types.gen'
import { i18n } from '@/shared/i18n'
import { toast, UNDO_MS } from '@/shared/ui/toast'
import type { About } from './activity'
import { postNote, type Subject, timelineKey } from './api'
import { TIMELINES } from './keys'

type Pages = InfiniteData<TimelinePage>
type At = { qc: QueryClient; kind: Subject; id: string }
const edit = ({ qc, kind, id }: At, change: (entries: TimelineEntry[], first: boolean) => TimelineEntry[]) =>
  qc.setQueriesData<Pages>(
    { queryKey: timelineKey(kind, id) },
    (d) => d && { ...d, pages: d.pages.map((p, i) => ({ ...p, items: change(p.items, i === 0) })) },
  )
function reread({ qc }: At) {
  for (const queryKey of TIMELINES) void qc.invalidateQueries({ queryKey })
}

const entryOf = (note: Note, author: Pick<User, 'id' | 'name'>): TimelineEntry => ({
  id: note.id,
  at: note.createdAt,
  actor: { kind: 'user', id: author.id, name: author.name },
  subject: { kind: 'note', id: note.id },
  action: 'created',
  changes: [],
  moved: null,
  deal: null,
  batchId: null,
  conversation: null,
  note,
})

/** Stands in the timeline at once. Throws when it was not saved: the text then goes back into the composer. */
export async function addNote(at: At, input: Required<NoteInput>, author: Pick<User, 'id' | 'name'>) {
  const now = new Date().toISOString()
  const draft: Note = {
    id: `new-${now}`,
    body: input.body,
    kind: input.kind ?? 'note',
    occurredAt: input.occurredAt ?? now,
    durationMinutes: input.durationMinutes,
    mentions: [],
    authorId: author.id,
    authorName: author.name,
    contactId: null,
    companyId: null,
    dealId: null,
    version: 0,
    createdAt: now,
    updatedAt: now,
  }
  await at.qc.cancelQueries({ queryKey: timelineKey(at.kind, at.id) })
  edit(at, (entries, first) => (first ? [entryOf(draft, author), ...entries] : entries))
  try {
    const note = await postNote(at.kind, at.id, input)
    edit(at, (entries) => entries.map((e) => (e.id === draft.id ? entryOf(note, author) : e)))
    void at.qc.invalidateQueries({ queryKey: getOverviewQueryKey() })
  } catch (e) {
    edit(at, (entries) => entries.filter((x) => x.id !== draft.id))
    throw e
  } finally {
    reread(at)
  }
}
const replace = (at: At, note: Note) =>
  edit(at, (entries) => entries.map((e) => (e.note?.id === note.id ? { ...e, note } : e)))

export type NoteEdit = Pick<Note, 'body'> & About
export async function saveNote(at: At, note: Note, edit: NoteEdit) {
  replace(at, { ...note, ...edit, occurredAt: edit.occurredAt ?? note.createdAt })
  try {
    const { data } = await updateNote({
      path: { id: note.id },
      body: { ...edit, version: note.version },
      throwOnError: true,
    })
    replace(at, data)
  } catch (e) {
    replace(at, note)
    toast.error(i18n.t('timeline:note.notSaved'), e)
  } finally {
    reread(at)
  }
}

const waiting = new Map<string, () => void>()
/** The server cannot bring a note back, so it is asked only when Undo is no longer on offer, or the page closes. */
export function dropNote(at: At, note: Note) {
  const before = at.qc.getQueriesData<Pages>({ queryKey: timelineKey(at.kind, at.id) })
  edit(at, (entries) => entries.filter((e) => e.subject.id !== note.id))
  const send = () => {
    if (!waiting.delete(note.id)) return
    clearTimeout(timer)
    deleteNote({ path: { id: note.id }, keepalive: true, throwOnError: true })
      .catch((e: unknown) => toast.error(i18n.t('timeline:note.notDeleted'), e))
      .finally(() => reread(at))
  }
  const timer = setTimeout(send, UNDO_MS)
  waiting.set(note.id, send)
  toast.undo(i18n.t('timeline:note.deleted'), () => {
    if (!waiting.delete(note.id)) return
    clearTimeout(timer)
    for (const [key, data] of before) at.qc.setQueryData(key, data)
    reread(at)
  })
}
export const isDropped = (id: string) => waiting.has(id)
if (typeof addEventListener === 'function')
  addEventListener('pagehide', () => {
    for (const send of [...waiting.values()]) send()
  })

const place = (id: string) => `rapport.note.${id}`
export const readDraft = (id: string) => sessionStorage.getItem(place(id)) ?? ''
export function keepDraft(id: string, text: string) {
  if (text.trim()) sessionStorage.setItem(place(id), text)
  else sessionStorage.removeItem(place(id))
}
