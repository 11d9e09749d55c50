import { useQuery } from '@tanstack/react-query'
import {
  type ClipboardEvent,
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { useMediaQuery } from '@/shared/lib/use-media-query'
import { popupCls, popupItemCls } from '@/shared/ui/popup'
import { toast } from '@/shared/ui/toast'
import { api, templatesOptions } from './api'
import { MARK_OF, toggleMark } from './entities'
import { MissingWords } from './missing-words'
import { findTemplates, openSlash } from './template-model'
import type { Template } from './types'

const MAX = 4096
const MOST_PX = 220

export type TextHandle = {
  focus: () => void
  mark: (kind: keyof typeof MARK_OF) => void
  link: () => void
  slash: () => void
}
type TextProps = {
  chatId: string
  value: string
  placeholder: string
  handle: RefObject<TextHandle | null>
  onChange: (v: string) => void
  onSend: () => void
  /** False when there is nothing to leave. */
  onEscape: () => boolean
  onFiles: (files: File[]) => void
  onTemplate: (id: string, missing: string[]) => void
  onLast: () => void
}
/** The text of a message. Grows with it; behind a `/` it offers templates, filled in for this conversation. */
export function ComposerText(p: TextProps) {
  const { chatId, value, onChange } = p
  const { t } = useTranslation('inbox')
  const area = useRef<HTMLTextAreaElement>(null)
  const touch = useMediaQuery('(any-pointer: coarse)')
  const id = useId()
  const [caret, setCaret] = useState<number | null>(null)
  const [closedAt, setClosedAt] = useState(-1)
  const [active, setActive] = useState(0)
  const jump = useRef<[number, number] | null>(null)
  const typed = caret === null ? null : openSlash(value, caret)
  const asked = typed !== null && typed.start !== closedAt
  const templates = useQuery({ ...templatesOptions(), enabled: asked }).data
  const found = asked && templates ? findTemplates(templates, typed.query) : []
  const open = found.length > 0
  const at = Math.min(active, found.length - 1)
  const chosen = open ? found[at] : undefined
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const el = area.current
    if (!el) return
    el.style.height = 'auto'
    el.style.height = `${Math.min(el.scrollHeight, MOST_PX)}px`
    if (!jump.current) return
    el.setSelectionRange(...jump.current)
    setCaret(jump.current[1])
    jump.current = null
  }, [value])
  const write = (text: string, from: number, to = from) => {
    jump.current = [from, to]
    onChange(text)
  }
  const mark = (sign: string) => {
    const el = area.current
    if (!el) return
    el.focus()
    const next = toggleMark(value, el.selectionStart, el.selectionEnd, sign)
    write(next.text, next.from, next.to)
  }
  useEffect(() => {
    p.handle.current = {
      focus: () => {
        area.current?.focus()
        area.current?.setSelectionRange(area.current.value.length, area.current.value.length)
      },
      mark: (kind) => mark(MARK_OF[kind]),
      link: () => {
        const el = area.current
        if (!el) return
        el.focus()
        const [from, to] = [el.selectionStart, el.selectionEnd]
        const said = value.slice(from, to) || t('format.linkText')
        const address = 'https://'
        const text = `${value.slice(0, from)}[${said}](${address})${value.slice(to)}`
        write(text, from + said.length + 3 + address.length)
      },
      slash: () => {
        const el = area.current
        if (!el) return
        el.focus()
        const here = el.selectionEnd
        const gap = here === 0 || /\s$/.test(value.slice(0, here)) ? '' : ' '
        setClosedAt(-1)
        write(`${value.slice(0, here)}${gap}/${value.slice(here)}`, here + gap.length + 1)
      },
    }
  })
  const pick = (template: Template) => {
    if (!typed || caret === null) return
    const [start, end] = [typed.start, caret]
    setClosedAt(start)
    setActive(0)
    api.render(template.id, chatId).then(
      ({ text, missing }) => {
        write(value.slice(0, start) + text + value.slice(end), start + text.length)
        p.onTemplate(template.id, missing)
      },
      (e: unknown) => toast.error(t('templateFailed'), e),
    )
  }
  const onKeyDown = (e: KeyboardEvent<HTMLTextAreaElement>) => {
    const held = e.metaKey || e.ctrlKey
    if (e.nativeEvent.isComposing) return
    if (open && (e.key === 'ArrowDown' || e.key === 'ArrowUp')) {
      e.preventDefault()
      setActive((at + (e.key === 'ArrowDown' ? 1 : found.length - 1)) % found.length)
    } else if (chosen && !held && !e.shiftKey && (e.key === 'Enter' || e.key === 'Tab')) {
      e.preventDefault()
      pick(chosen)
    } else if (e.key === 'Escape') {
      if (asked && typed && open) {
        e.stopPropagation()
        setClosedAt(typed.start)
      } else if (p.onEscape()) e.stopPropagation()
      else e.currentTarget.blur()
    } else if (e.key === 'Enter' && (held || (!e.shiftKey && !touch))) {
      e.preventDefault()
      p.onSend()
    } else if (held && e.code === 'KeyB') {
      e.preventDefault()
      mark(MARK_OF.bold)
    } else if (held && e.code === 'KeyI') {
      e.preventDefault()
      mark(MARK_OF.italic)
    } else if (e.key === 'ArrowUp' && value === '') {
      e.preventDefault()
      p.onLast()
    }
  }
  const onPaste = (e: ClipboardEvent) => {
    const files = [...e.clipboardData.files]
    // A copied table offers a picture of itself beside its text.
    if (files.length === 0 || e.clipboardData.getData('text/plain')) return
    e.preventDefault()
    p.onFiles(files)
  }
  return (
    <span className="relative block">
      {open && chosen && (
        <div
          className={cn(popupCls, 'absolute left-2 z-20 flex w-90 max-w-[calc(100%-16px)] flex-col')}
          style={{ bottom: '100%' }}
        >
          <div id={`${id}-list`} role="listbox" aria-label={t('templates')}>
            {found.map((f, n) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the text has the focus and its keys
              <div
                key={f.id}
                id={`${id}-${n}`}
                role="option"
                aria-selected={n === at}
                data-highlighted={n === at ? '' : undefined}
                onMouseDown={(e) => e.preventDefault()}
                onClick={() => pick(f)}
                className={popupItemCls}
              >
                <span className="min-w-0 flex-1 truncate font-medium">{f.name}</span>
                {f.shortcut && <span className="shrink-0 font-mono text-xs text-subtle">/{f.shortcut}</span>}
              </div>
            ))}
          </div>
          <TemplatePreview template={chosen} chatId={chatId} />
        </div>
      )}
      <textarea
        ref={area}
        data-composer=""
        aria-label={t('message')}
        placeholder={p.placeholder}
        value={value}
        rows={2}
        maxLength={MAX}
        enterKeyHint={touch ? 'enter' : 'send'}
        onChange={(e) => {
          setCaret(e.target.selectionStart)
          setClosedAt((was) => (was >= e.target.selectionStart ? -1 : was))
          setActive(0)
          onChange(e.target.value)
        }}
        onSelect={(e) => setCaret(e.currentTarget.selectionStart)}
        onBlur={() => setCaret(null)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
        {...(open && {
          role: 'combobox',
          'aria-expanded': true,
          'aria-autocomplete': 'list',
          'aria-controls': `${id}-list`,
          'aria-activedescendant': `${id}-${at}`,
        })}
        className="block w-full resize-none bg-transparent px-3 py-2.5 text-sm outline-none any-pointer-coarse:text-lg"
      />
    </span>
  )
}

/** What would be sent to this person. */
function TemplatePreview({ template, chatId }: { template: Template; chatId: string }) {
  const q = useQuery({
    queryKey: ['template-preview', template.id, template.version, chatId],
    queryFn: () => api.render(template.id, chatId),
    staleTime: 60_000,
  })
  const missing = q.data?.missing ?? []
  return (
    <div className="mt-1 border-t border-line px-2 py-1.5 text-xs text-muted">
      <p className="line-clamp-4 whitespace-pre-line">{q.data?.text ?? template.text}</p>
      {missing.length > 0 && (
        <p className="mt-1 text-warning">
          <MissingWords names={missing} />
        </p>
      )}
    </div>
  )
}
