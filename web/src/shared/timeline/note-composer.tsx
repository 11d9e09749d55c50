import { useQueryClient } from '@tanstack/react-query'
import { NotebookPen } from 'lucide-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCommand } from '@/shared/commands/commands'
import { useSession } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { Kbd } from '@/shared/ui/kbd'
import { toast } from '@/shared/ui/toast'
import { ActivityInput, PLAIN } from './activity'
import type { Subject } from './api'
import { NoteText } from './note-text'
import { addNote, keepDraft, readDraft } from './notes'

const mac = navigator.platform.startsWith('Mac')

/** Nothing typed is lost: the text is kept in this tab until it is saved. */
export function NoteComposer({ kind, id }: { kind: Subject; id: string }) {
  const { t } = useTranslation('timeline')
  const qc = useQueryClient()
  const { user } = useSession()
  const [text, setText] = useState(() => readDraft(id))
  const [open, setOpen] = useState(() => readDraft(id) !== '')
  const [about, setAbout] = useState(PLAIN)
  const form = useRef<HTMLFormElement>(null)
  const write = () => form.current?.querySelector('textarea')?.focus()
  useCommand({ id: 'note.new', label: t('note.new'), icon: NotebookPen, action: 'note', run: write })
  const change = (v: string) => {
    setText(v)
    keepDraft(id, v)
  }
  const save = async () => {
    const body = text.trim()
    if (!body) return
    change('')
    setAbout(PLAIN)
    try {
      await addNote({ qc, kind, id }, { body, ...(about.kind === 'note' ? PLAIN : about) }, user)
    } catch (e) {
      change(body)
      setAbout(about)
      toast.error(t('note.notSaved'), e)
    }
  }
  return (
    <form
      ref={form}
      onSubmit={(e) => {
        e.preventDefault()
        void save()
      }}
      className="rounded-lg bg-surface shadow-card transition-shadow focus-within:outline-2 focus-within:outline-ring"
    >
      <NoteText
        label={t('note.new')}
        placeholder={t('note.placeholder')}
        value={text}
        rows={open ? 3 : 1}
        onChange={change}
        onFocus={() => setOpen(true)}
        onSave={() => void save()}
      />
      {open && (
        <>
          <ActivityInput value={about} onChange={setAbout} />
          <div className="flex items-center gap-2 px-2 pb-2">
            <span className="flex items-center gap-1.5 pl-1 text-xs text-subtle">
              <NotebookPen size={13} aria-hidden />
              {t('note.visible')}
            </span>
            <Button type="submit" variant="primary" className="ml-auto" disabled={!text.trim()}>
              {t('note.save')}
              <Kbd className="border-white/30! text-current! any-pointer-coarse:hidden">{mac ? '⌘↵' : 'Ctrl ↵'}</Kbd>
            </Button>
          </div>
        </>
      )}
    </form>
  )
}
