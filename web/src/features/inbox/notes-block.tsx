import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/shared/session/use-format'
import { timelineOptions } from '@/shared/timeline/api'
import { NoteBody } from '@/shared/timeline/note-body'
import { Skeleton } from '@/shared/ui/skeleton'

const SHOWN = 3
/** What colleagues noted about the contact last; the rest is on its page. */
export default function NotesBlock({ contactId }: { contactId: string }) {
  const { t } = useTranslation('inbox')
  const { dayMonth } = useFormat()
  const q = useInfiniteQuery(timelineOptions('contact', contactId))
  const notes = (q.data?.pages.flatMap((p) => p.items) ?? []).flatMap((e) => (e.note ? [e.note] : [])).slice(0, SHOWN)
  return (
    <section aria-label={t('notes')} className="flex flex-col gap-1.5">
      <header className="flex h-7 items-center gap-2">
        <h3 className="flex-1 text-xs font-medium text-subtle">{t('notes')}</h3>
        <Link
          to="/contacts/$id"
          params={{ id: contactId }}
          search={{ tab: 'timeline' } as never}
          className="text-xs text-muted hover:underline"
        >
          {t('allNotes')}
        </Link>
      </header>
      {q.isPending && !q.isError ? (
        <Skeleton className="h-12" />
      ) : notes.length === 0 ? (
        <p className="text-sm text-subtle">{t('noNotes')}</p>
      ) : (
        <ul className="flex flex-col gap-1.5">
          {notes.map((n) => (
            <li key={n.id} className="rounded-lg bg-card pt-2 text-sm shadow-card">
              <p className="px-3 pb-0.5 text-xs text-subtle">
                {[n.authorName, dayMonth(n.createdAt)].filter(Boolean).join(' · ')}
              </p>
              <NoteBody note={n} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
