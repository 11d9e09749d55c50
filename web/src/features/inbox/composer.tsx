import { useQuery, useQueryClient } from '@tanstack/react-query'
import {
  Bold,
  ChevronDown,
  Code,
  CornerUpLeft,
  Italic,
  Link2,
  Lock,
  Paperclip,
  Pencil,
  Send,
  SquareSlash,
  X,
} from 'lucide-react'
import { lazy, type ReactNode, type RefObject, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { lazyWithTexts } from '@/shared/i18n/lazy'
import { cn } from '@/shared/lib/cn'
import { edits } from '@/shared/live/presence'
import { saysTyping } from '@/shared/live/typing'
import { useCan, useSession } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { IconButton } from '@/shared/ui/icon-button'
import { toast } from '@/shared/ui/toast'
import type { Actions } from './actions'
import { accountOptions, api } from './api'
import { changeComments, findMessage } from './cache'
import { ComposerFiles } from './composer-files'
import { CannotWrite, Collision, TheyWrite, WarningLine } from './composer-notices'
import { ComposerText, type TextHandle } from './composer-text'
import { parse, toTyped } from './entities'
import { MissingWords } from './missing-words'
import { firstName, isOurs, mayEdit, nameOf } from './model'
import { sendMessage } from './outbox'
import { isAsked } from './policy'
import type { Chat, Message } from './types'
import { useAttachments } from './upload'
import { useDraft } from './use-draft'
import { warningsOf } from './waiting'

const LaterMenu = lazy(() => import('./later-menu'))
const PolicyLine = lazy(() => import('./policy-line'))
const NoteText = lazyWithTexts(['timeline'], () => import('./note-field'))

export type ComposerHandle = {
  reply: (m: Message | null) => void
  edit: (m: Message) => void
  note: () => void
  files: (files: File[]) => void
  /** What was taken back before it went. */
  giveBack: (text: string) => void
}
type ComposerProps = {
  chat: Chat
  actions: Actions
  /** Newest first: what “edit the last” means. */
  lastOfOurs: () => Message | undefined
  handle: RefObject<ComposerHandle | null>
}
/** Where one writes: to them, or a note among ourselves. */
export function Composer({ chat, actions, lastOfOurs, handle }: ComposerProps) {
  const { t } = useTranslation('inbox')
  const qc = useQueryClient()
  const { user } = useSession()
  const maySend = useCan('messaging.messages.send')
  const mayNote = useCan('messaging.chats.write')
  const maySee = useCan('bd.accounts.read')
  const mayAsk = useCan('campaigns.read')
  const account = useQuery({ ...accountOptions(chat.accountId ?? ''), enabled: maySee && chat.accountId !== null }).data
  const draft = useDraft(chat)
  const files = useAttachments()
  const [note, setNote] = useState<string | null>(null)
  const [editing, setEditing] = useState<Message | null>(null)
  const [edited, setEdited] = useState('')
  const [template, setTemplate] = useState<{ id: string; missing: string[] } | null>(null)
  const [later, setLater] = useState<HTMLElement | null>(null)
  const text = useRef<TextHandle | null>(null)
  const picker = useRef<HTMLInputElement>(null)
  const me = useMemo(() => ({ id: user.id, name: user.name }), [user.id, user.name])
  const writable = maySend && chat.canWrite && (account?.isConnected ?? true)
  const value = editing ? edited : draft.text
  const replyTo = draft.replyTo ? (findMessage(qc, chat.id, draft.replyTo) ?? null) : null
  const room = `chat:${chat.id}` as const
  const busy = value.trim() !== '' && note === null
  useEffect(() => {
    edits(room, busy)
    return () => edits(room, false)
  }, [room, busy])

  const addFiles = (some: File[]) => {
    const problem = files.add(some)
    if (problem) toast.error(t(problem))
    text.current?.focus()
  }
  const startEdit = (m: Message) => {
    setNote(null)
    setEditing(m)
    setEdited(toTyped(m.text, m.entities))
    requestAnimationFrame(() => text.current?.focus())
  }
  useEffect(() => {
    handle.current = {
      reply: (m) => {
        setNote(null)
        setEditing(null)
        if (m) draft.setReplyTo(m.id)
        requestAnimationFrame(() => text.current?.focus())
      },
      edit: startEdit,
      note: () => setNote((n) => n ?? ''),
      files: addFiles,
      giveBack: (back) => {
        draft.setText(draft.text ? `${back}\n${draft.text}` : back)
        requestAnimationFrame(() => text.current?.focus())
      },
    }
  })
  const maySubmit = editing ? edited.trim() !== '' : files.ready && (draft.text.trim() !== '' || files.all.length > 0)
  const send = (sendAt?: string) => {
    if (!maySubmit) return
    if (editing) {
      const next = parse(edited.trim())
      const was = editing
      setEditing(null)
      if (next.text !== was.text || JSON.stringify(next.entities) !== JSON.stringify(was.entities))
        void actions.editMessage(was, next.text, next.entities).then((ok) => !ok && startEdit(was))
      return
    }
    const uploaded = files.all.flatMap((f) => (f.uploaded ? [{ ...f.uploaded, preview: f.preview }] : []))
    void sendMessage(
      qc,
      chat,
      { ...parse(draft.text.trim()), replyTo, files: uploaded, sendAt, templateId: template?.id },
      me,
    )
    draft.sent()
    files.clear()
    setTemplate(null)
    text.current?.focus()
  }
  const saveNote = async () => {
    const body = note?.trim()
    if (!body) return
    setNote('')
    try {
      const comment = await api.comment(chat.id, body)
      changeComments(qc, chat.id, (all) => [...all.filter((c) => c.id !== comment.id), comment])
    } catch (e) {
      setNote(body)
      toast.error(t('notSaved'), e)
    }
  }
  const leave = () => {
    if (editing) setEditing(null)
    else if (draft.replyTo) draft.setReplyTo(null)
    else return false
    return true
  }
  const asked = writable && mayAsk && isAsked(chat)
  const warnings = writable ? warningsOf(account, theyWrote(chat), Date.now()) : []
  return (
    <div
      className={cn('relative mx-auto flex w-full max-w-[760px] shrink-0 flex-col gap-2 px-4', asked ? 'pb-7' : 'pb-3')}
      data-composer-box=""
    >
      <TheyWrite chat={chat} />
      <Collision chat={chat} />
      {note !== null ? (
        <NoteBox
          value={note}
          onValue={setNote}
          onSave={() => void saveNote()}
          onClose={() => {
            setNote(null)
            requestAnimationFrame(() => text.current?.focus())
          }}
        />
      ) : !writable ? (
        <>
          <CannotWrite chat={chat} account={account} />
          {mayNote && (
            <Button size="md" variant="ghost" className="self-start" onClick={() => setNote('')}>
              <Lock size={14} aria-hidden />
              {t('writeNote')}
            </Button>
          )}
        </>
      ) : (
        <>
          {warnings.map((w) => (
            <WarningLine key={w.kind} warning={w} />
          ))}
          {template && template.missing.length > 0 && !editing && (
            <p role="status" className="px-1 text-xs text-warning">
              <MissingWords names={template.missing} />
            </p>
          )}
          <div className="rounded-lg bg-card shadow-card focus-within:outline-2 focus-within:outline-ring">
            {editing ? (
              <Quoted
                icon={<Pencil size={13} aria-hidden />}
                title={t('editingMessage')}
                text={editing.text}
                onClose={leave}
              />
            ) : (
              draft.replyTo && (
                <Quoted
                  icon={<CornerUpLeft size={13} aria-hidden />}
                  title={t('replyTo', {
                    name: replyTo?.direction === 'out' ? t('us') : (replyTo?.sender?.name ?? chat.title),
                  })}
                  text={replyTo?.text ?? '…'}
                  onClose={leave}
                />
              )
            )}
            {!editing && <ComposerFiles all={files.all} onRemove={files.remove} onAgain={files.again} />}
            <ComposerText
              chatId={chat.id}
              value={value}
              placeholder={t('placeholder', { name: firstName(nameOf(chat)) })}
              handle={text}
              onChange={(v) => {
                if (editing) return setEdited(v)
                draft.setText(v)
                if (v.trim()) saysTyping(room)
                else setTemplate(null)
              }}
              onSend={() => send()}
              onEscape={leave}
              onFiles={addFiles}
              onTemplate={(id, missing) => setTemplate({ id, missing })}
              onLast={() => {
                const last = lastOfOurs()
                if (last && isOurs(last) && mayEdit(last)) startEdit(last)
              }}
            />
            <div className="flex items-center gap-0.5 p-1.5">
              <input
                ref={picker}
                type="file"
                multiple
                hidden
                tabIndex={-1}
                aria-hidden
                data-testid="attach"
                onChange={(e) => {
                  addFiles([...(e.target.files ?? [])])
                  e.target.value = ''
                }}
              />
              <IconButton
                label={t('attach')}
                disabled={editing !== null}
                onClick={() => picker.current?.click()}
                className={tool}
              >
                <Paperclip size={15} />
              </IconButton>
              <IconButton label={t('templates')} keys="/" onClick={() => text.current?.slash()} className={tool}>
                <SquareSlash size={15} />
              </IconButton>
              <span className="mx-1 flex gap-0.5 max-md:hidden">
                <IconButton label={t('format.bold')} keys={held('B')} onClick={() => text.current?.mark('bold')}>
                  <Bold size={14} />
                </IconButton>
                <IconButton label={t('format.italic')} keys={held('I')} onClick={() => text.current?.mark('italic')}>
                  <Italic size={14} />
                </IconButton>
                <IconButton label={t('format.code')} onClick={() => text.current?.mark('code')}>
                  <Code size={14} />
                </IconButton>
                <IconButton label={t('format.link')} onClick={() => text.current?.link()}>
                  <Link2 size={14} />
                </IconButton>
              </span>
              {mayNote && (
                <IconButton label={t('writeNote')} keys="N" onClick={() => setNote('')} className={tool}>
                  <Lock size={14} />
                </IconButton>
              )}
              <span className="ml-auto flex shrink-0 items-center gap-1.5">
                <span className="flex shrink-0">
                  <Button
                    variant="primary"
                    size="md"
                    disabled={!maySubmit}
                    onClick={() => send()}
                    className="any-pointer-coarse:h-10"
                    style={editing ? undefined : { borderTopRightRadius: 0, borderBottomRightRadius: 0 }}
                  >
                    {t(editing ? 'saveEdit' : 'send')}
                    <Send size={13} aria-hidden />
                  </Button>
                  {!editing && (
                    <Button
                      variant="primary"
                      size="md"
                      aria-label={t('schedule')}
                      aria-haspopup="menu"
                      disabled={!maySubmit}
                      onClick={(e) => setLater(e.currentTarget)}
                      className="border-l border-white/30 px-1.5! any-pointer-coarse:h-10"
                      style={{ borderTopLeftRadius: 0, borderBottomLeftRadius: 0 }}
                    >
                      <ChevronDown size={14} />
                    </Button>
                  )}
                </span>
              </span>
            </div>
          </div>
        </>
      )}
      <Suspense>
        {asked && <PolicyLine key={chat.contactId} contactId={chat.contactId} channel={chat.channel} />}
        {later && (
          <LaterMenu
            anchor={later}
            title={t('schedule')}
            onPick={(at) => {
              setLater(null)
              send(at)
              toast.success(t('scheduledToast'))
            }}
            onClose={() => setLater(null)}
          />
        )}
      </Suspense>
    </div>
  )
}
const tool = 'any-pointer-coarse:size-10'
const mac = navigator.platform.startsWith('Mac')
const held = (key: string) => `${mac ? '⌘' : 'Ctrl '}${key}`
/** Whoever has ever written, or whom we wrote to before, is no first contact. */
const theyWrote = (c: Chat) => c.kind !== 'private' || c.lastMessage !== null || c.waitingSince !== null

type QuotedProps = { icon: ReactNode; title: string; text: string; onClose: () => void }
function Quoted({ icon, title, text, onClose }: QuotedProps) {
  const { t } = useTranslation()
  return (
    <div className="flex items-center gap-2 border-b border-line px-3 py-1.5 text-xs">
      <span className="text-accent-text">{icon}</span>
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium text-accent-text">{title}</span>
        <span className="block truncate text-muted">{text}</span>
      </span>
      <IconButton label={t('action.cancel')} size="icon-xs" tip={false} onClick={onClose}>
        <X size={13} />
      </IconButton>
    </div>
  )
}

type NoteBoxProps = { value: string; onValue: (v: string) => void; onSave: () => void; onClose: () => void }
/** Among ourselves: another colour, so that nobody sends by mistake what was meant for colleagues. */
function NoteBox({ value, onValue, onSave, onClose }: NoteBoxProps) {
  const { t } = useTranslation('inbox')
  const { t: tc } = useTranslation()
  return (
    <div data-tone="amber" className="rounded-lg border border-tone-line bg-tone text-tone-fg">
      <div className="flex items-center gap-1.5 px-3 pt-2 text-xs font-medium">
        <Lock size={12} aria-hidden />
        <span className="flex-1">{t('noteTitle')}</span>
      </div>
      <Suspense fallback={<div className="h-14" />}>
        <NoteText
          label={t('note')}
          placeholder={t('notePlaceholder')}
          value={value}
          rows={2}
          autoFocus
          above
          onChange={onValue}
          onSave={onSave}
          onCancel={onClose}
        />
      </Suspense>
      <div className="flex items-center justify-end gap-1.5 p-1.5">
        <Button size="md" variant="ghost" onClick={onClose}>
          {tc('action.close')}
        </Button>
        <Button size="md" disabled={!value.trim()} onClick={onSave}>
          {t('saveNote')}
        </Button>
      </div>
    </div>
  )
}
