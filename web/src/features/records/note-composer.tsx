import { useQueryClient } from '@tanstack/react-query'
import { NotebookPen } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { Kbd } from '@/shared/ui/kbd'
import { toast } from '@/shared/ui/toast'
import type { Kind } from './fields'
import { addNote, keepDraft, readDraft } from './notes'

const MAX = 10_000
const mac = navigator.platform.startsWith('Mac')

/** Nothing typed is lost: the text is kept in this tab until it is saved. */
export function NoteComposer({ kind, id }: { kind: Kind; id: string }) {
  const { t } = useTranslation('records')
  const qc = useQueryClient()
  const { user } = useSession()
  const [text, setText] = useState(() => readDraft(id))
  const [open, setOpen] = useState(() => readDraft(id) !== '')
  const change = (v: string) => {
    setText(v)
    keepDraft(id, v)
  }
  const save = async () => {
    const body = text.trim()
    if (!body) return
    change('')
    try {
      await addNote({ qc, kind, id }, body, user)
    } catch (e) {
      change(body)
      toast.error(t('note.notSaved'), e)
    }
  }
  return (
    <form
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
      )}
    </form>
  )
}

type TextProps = {
  label: string
  value: string
  rows: number
  placeholder?: string
  autoFocus?: boolean
  onChange: (v: string) => void
  onSave: () => void
  onCancel?: () => void
  onFocus?: () => void
}
/** Grows with its text. */
export function NoteText({
  label,
  value,
  rows,
  placeholder,
  autoFocus,
  onChange,
  onSave,
  onCancel,
  onFocus,
}: TextProps) {
  const area = useRef<HTMLTextAreaElement>(null)
  const id = useId()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useEffect(() => {
    const el = area.current
    if (!el) return
    el.style.height = 'auto'
    el.style.height = `${Math.min(el.scrollHeight, 320)}px`
  }, [value, rows])
  useEffect(() => {
    if (!autoFocus) return
    const el = area.current
    el?.focus()
    el?.setSelectionRange(el.value.length, el.value.length)
  }, [autoFocus])
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.key === 'Enter' && (e.metaKey || e.ctrlKey)) {
      e.preventDefault()
      onSave()
    } else if (e.key === 'Escape' && onCancel) {
      e.stopPropagation()
      onCancel()
    }
  }
  return (
    <textarea
      id={id}
      ref={area}
      aria-label={label}
      placeholder={placeholder}
      value={value}
      rows={rows}
      maxLength={MAX}
      onChange={(e) => onChange(e.target.value)}
      onFocus={onFocus}
      onKeyDown={onKeyDown}
      className="block w-full resize-none bg-transparent px-3 py-2.5 text-sm outline-none any-pointer-coarse:text-lg"
    />
  )
}
