import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { findMembers } from '@/shared/fields/find'
import { cn } from '@/shared/lib/cn'
import { useDebounced } from '@/shared/lib/use-debounced'
import { useCan } from '@/shared/session/session'
import { Avatar } from '@/shared/ui/avatar'
import { popupCls, popupItemCls } from '@/shared/ui/popup'
import type { Option } from '@/shared/ui/select'
import { decode, encode, handleOf, openMention } from './mentions'

const MAX = 10_000
const OFFERED = 6

type TextProps = {
  label: string
  /** As it is kept. */
  value: string
  rows: number
  placeholder?: string
  autoFocus?: boolean
  onChange: (v: string) => void
  onSave: () => void
  onCancel?: () => void
  onFocus?: () => void
  /** Offers people above the text: it stands at the end of the page. */
  above?: boolean
}
/** The text of a note. Grows with it; behind an `@` it offers the members. */
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
  above,
}: TextProps) {
  const { t } = useTranslation('timeline')
  const area = useRef<HTMLTextAreaElement>(null)
  const id = useId()
  const { text, picks: written } = decode(value)
  // Who was picked is known even while their name is being corrected.
  const known = useRef(new Map<string, string>())
  const picks = new Map([...known.current, ...written])
  const [caret, setCaret] = useState<number | null>(null)
  const [closedAt, setClosedAt] = useState(-1)
  const [active, setActive] = useState(0)
  const jump = useRef<number | null>(null)
  const typed = caret === null ? null : openMention(text, caret)
  const found = useMembers(typed && typed.start !== closedAt ? typed.query : null)
  const open = typed !== null && typed.start !== closedAt && found.length > 0
  const at = Math.min(active, found.length - 1)
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
  // biome-ignore lint/correctness/useExhaustiveDependencies: the caret follows what was picked
  useLayoutEffect(() => {
    if (jump.current === null) return
    area.current?.setSelectionRange(jump.current, jump.current)
    setCaret(jump.current)
    jump.current = null
  }, [value])
  const change = (next: string) => {
    known.current = picks
    onChange(encode(next, picks))
  }
  const pick = (member: Option) => {
    if (!typed || caret === null) return
    const handle = handleOf(member.label, member.value, picks)
    picks.set(handle, member.value)
    const rest = text.slice(caret)
    const gap = /^\s/.test(rest) ? '' : ' '
    jump.current = typed.start + handle.length + 1 + 1
    change(`${text.slice(0, typed.start)}@${handle}${gap}${rest}`)
    setActive(0)
  }
  const onKeyDown = (e: KeyboardEvent) => {
    const chosen = found[at]
    if (e.key === 'Enter' && (e.metaKey || e.ctrlKey)) {
      e.preventDefault()
      onSave()
    } else if (open && (e.key === 'ArrowDown' || e.key === 'ArrowUp')) {
      e.preventDefault()
      setActive((at + (e.key === 'ArrowDown' ? 1 : found.length - 1)) % found.length)
    } else if (open && chosen && (e.key === 'Enter' || e.key === 'Tab') && !e.shiftKey) {
      e.preventDefault()
      pick(chosen)
    } else if (e.key === 'Escape' && (open || onCancel)) {
      e.stopPropagation()
      if (open) setClosedAt(typed.start)
      else onCancel?.()
    }
  }
  const optionId = (n: number) => `${id}-${n}`
  return (
    <span className="relative block">
      <textarea
        id={id}
        ref={area}
        aria-label={label}
        placeholder={placeholder}
        value={text}
        rows={rows}
        maxLength={MAX}
        onChange={(e) => {
          setCaret(e.target.selectionStart)
          setClosedAt((was) => (was >= e.target.selectionStart ? -1 : was))
          setActive(0)
          change(e.target.value)
        }}
        onSelect={(e) => setCaret(e.currentTarget.selectionStart)}
        onFocus={onFocus}
        onBlur={() => setCaret(null)}
        onKeyDown={onKeyDown}
        {...(open && {
          role: 'combobox',
          'aria-expanded': true,
          'aria-autocomplete': 'list',
          'aria-controls': `${id}-list`,
          'aria-activedescendant': optionId(at),
        })}
        className="block w-full resize-none bg-transparent px-3 py-2.5 text-sm outline-none any-pointer-coarse:text-lg"
      />
      {open && (
        <div
          id={`${id}-list`}
          role="listbox"
          aria-label={t('mention.offer')}
          className={cn(popupCls, 'absolute left-2 z-20 w-64 max-w-[calc(100%-16px)]', !above && 'top-full')}
          style={above ? { bottom: '100%' } : undefined}
        >
          {found.map((m, n) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the text has the focus and its keys
            <div
              key={m.value}
              id={optionId(n)}
              role="option"
              aria-selected={n === at}
              data-highlighted={n === at ? '' : undefined}
              onMouseDown={(e) => e.preventDefault()}
              onClick={() => pick(m)}
              className={popupItemCls}
            >
              <Avatar name={m.label} size={18} />
              <span className="truncate">{m.label}</span>
            </div>
          ))}
        </div>
      )}
    </span>
  )
}

const NOBODY: Option[] = []
/** The members whose names begin like this; none while nothing is asked. */
function useMembers(query: string | null): Option[] {
  const may = useCan('team.members.read')
  const asked = useDebounced(query ?? '', 120)
  const q = useQuery({
    queryKey: ['mentionable', asked],
    queryFn: ({ signal }) => findMembers(asked, signal),
    enabled: may && query !== null,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
  return (query !== null && q.data?.slice(0, OFFERED)) || NOBODY
}
