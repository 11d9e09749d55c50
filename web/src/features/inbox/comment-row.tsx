import { useQueryClient } from '@tanstack/react-query'
import { Lock } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { partsOf } from '@/shared/timeline/mentions'
import { NoteBody } from '@/shared/timeline/note-body'
import { NoteText } from '@/shared/timeline/note-text'
import { Avatar } from '@/shared/ui/avatar'
import { Button } from '@/shared/ui/button'
import { toast } from '@/shared/ui/toast'
import { api, keys } from './api'
import { changeComments } from './cache'
import type { Comment } from './types'

const idsIn = (text: string) => partsOf(text).flatMap((p) => ('id' in p ? [p.id] : []))

/** What we say among ourselves: never sent, in a colour of its own. */
export function CommentRow({ comment: c, writable }: { comment: Comment; writable: boolean }) {
  const { t } = useTranslation('inbox')
  const { t: tc } = useTranslation()
  const { time, dateTime } = useFormat()
  const { user } = useSession()
  const qc = useQueryClient()
  const [draft, setDraft] = useState<string | null>(null)
  const mine = c.author?.id === user.id && writable
  const name = c.author?.name ?? t('somebody')
  const save = async () => {
    const text = draft?.trim()
    if (!text) return
    setDraft(null)
    try {
      const saved = await api.editComment(c, text)
      changeComments(qc, c.chatId, (all) => all.map((x) => (x.id === c.id ? saved : x)))
    } catch (e) {
      setDraft(text)
      toast.error(t('notSaved'), e)
    }
  }
  const remove = async () => {
    changeComments(qc, c.chatId, (all) => all.filter((x) => x.id !== c.id))
    try {
      await api.removeComment(c.id)
    } catch (e) {
      void qc.invalidateQueries({ queryKey: keys.comments(c.chatId) })
      toast.error(t('notDeleted'), e)
    }
  }
  return (
    <article aria-label={t('commentBy', { name })} className="group flex justify-end gap-2 pb-3">
      <div
        data-tone="amber"
        className="flex min-w-0 flex-col rounded-xl border border-tone-line bg-tone px-3 py-2 text-sm text-tone-fg"
        style={{ maxWidth: 'min(78%, 560px)' }}
      >
        <header className="flex items-center gap-1.5 pb-0.5 text-xs font-medium">
          <Lock size={11} aria-hidden className="shrink-0" />
          <span className="min-w-0 truncate">{name}</span>
          <time dateTime={c.createdAt} title={dateTime(c.createdAt)} className="tabular ml-auto shrink-0 font-normal">
            {time(c.createdAt)}
          </time>
        </header>
        {draft !== null ? (
          <div className="rounded-md bg-surface text-fg">
            <NoteText
              label={t('note')}
              value={draft}
              rows={2}
              autoFocus
              onChange={setDraft}
              onSave={() => void save()}
              onCancel={() => setDraft(null)}
            />
            <div className="flex justify-end gap-1.5 p-1.5">
              <Button size="xs" variant="ghost" onClick={() => setDraft(null)}>
                {tc('action.cancel')}
              </Button>
              <Button size="xs" variant="primary" disabled={!draft.trim()} onClick={() => void save()}>
                {tc('action.save')}
              </Button>
            </div>
          </div>
        ) : (
          <div className="-mx-2">
            <NoteBody note={{ body: c.text, mentions: c.mentions ?? idsIn(c.text) }} />
          </div>
        )}
        {mine && draft === null && (
          <footer className="flex gap-3 text-xs">
            <button type="button" className="font-medium hover:underline" onClick={() => setDraft(c.text)}>
              {tc('action.edit')}
            </button>
            <button type="button" className="font-medium hover:underline" onClick={() => void remove()}>
              {tc('action.delete')}
            </button>
          </footer>
        )}
      </div>
      <span className="flex w-6 shrink-0 items-end" aria-hidden>
        <Avatar name={name} size={24} />
      </span>
    </article>
  )
}
