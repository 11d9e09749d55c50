import { Autocomplete } from '@base-ui/react/autocomplete'
import { useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { announce } from './announcer'
import { Tag } from './badge'
import { useControl } from './control'
import { controlCls } from './input'
import { popupCls, popupItemCls } from './popup'
import { useAsyncOptions } from './use-async-options'

type ValuesInputProps = {
  value: readonly string[]
  onValueChange: (value: string[]) => void
  /** Suggestions for what is typed (tags). */
  load?: (query: string, signal: AbortSignal) => Promise<string[]>
  /** Cleans a value before it is added (lower-case an e-mail, drop spaces of a phone). */
  normalize?: (text: string) => string
  /** A message when the text may not be added. */
  validate?: (text: string) => string | null
  max?: number
  /** Texts are split at these when typed or pasted. */
  separators?: RegExp
  placeholder?: string
  disabled?: boolean
  inputMode?: 'text' | 'email' | 'tel'
  onBlur?: () => void
  id?: string
  'aria-label'?: string
  className?: string
}
/**
 * Leaving by a press on a button: what is added makes the form grow, and the button would slip away from under the
 * pointer before its click. The end of the press is early enough: the form is sent after it.
 */
function afterPress(run: () => void) {
  if (pressed) waiting.push(run)
  else run()
}
let pressed = false
const waiting: (() => void)[] = []
addEventListener('pointerdown', () => (pressed = true), true)
for (const end of ['pointerup', 'pointercancel'])
  addEventListener(
    end,
    () => {
      pressed = false
      for (const run of waiting.splice(0)) run()
    },
    true,
  )

/** Several short values: tags, e-mails, phones. Enter, comma, paste and leaving the field add; Backspace takes the last one back. */
export function ValuesInput(props: ValuesInputProps) {
  const {
    value,
    onValueChange,
    load,
    normalize = (s) => s,
    validate,
    max = Number.POSITIVE_INFINITY,
    separators = /[,;\n]/,
  } = props
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const [open, setOpen] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const remote = useAsyncOptions(load, text, open)
  const problemId = useId()
  const input = useRef<HTMLInputElement>(null)
  const control = useControl(props)
  const suggestions = remote.items.filter((s) => !value.includes(s))

  /** Adds every part; gives back what could not be added, so that it stays in the field. */
  const add = (parts: string[]) => {
    const next = [...value]
    let rest = ''
    setProblem(null)
    for (const raw of parts) {
      const v = normalize(raw.trim())
      if (!v || next.some((x) => x.toLowerCase() === v.toLowerCase())) continue
      const bad = next.length >= max ? t('validation.tooMany', { count: max }) : (validate?.(v) ?? null)
      if (bad) {
        setProblem(bad)
        rest = raw.trim()
      } else next.push(v)
    }
    if (next.length > value.length) {
      onValueChange(next)
      announce(t('ui.valueAdded', { value: next.slice(value.length).join(', ') }))
    }
    setText(rest)
    setOpen(false) // else the list would stand in the way of what comes next
  }
  const remove = (v: string) => {
    onValueChange(value.filter((x) => x !== v))
    announce(t('ui.valueRemoved', { value: v }))
    input.current?.focus()
  }
  return (
    <Autocomplete.Root
      items={suggestions}
      value={text}
      open={open && suggestions.length > 0}
      onOpenChange={setOpen}
      filter={null}
      disabled={props.disabled}
      onValueChange={(v, { reason }) => {
        setProblem(null)
        if (reason === 'item-press') add([v])
        else if (separators.test(v)) add(v.split(separators))
        else {
          setText(v)
          setOpen(true)
        }
      }}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a press beside the values focuses the input, which is reachable anyway */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: see above */}
      <div
        onClick={(e) => e.target === e.currentTarget && input.current?.focus()}
        data-disabled={props.disabled || undefined}
        className={cn(
          controlCls,
          'flex min-h-8 flex-wrap items-center gap-1 px-1.5 py-1 focus-within:border-accent focus-within:outline-3 focus-within:outline-ring/40',
          control['aria-invalid'] && 'border-danger!',
          props.className,
        )}
      >
        {value.map((v) => (
          <Tag key={v} onRemove={props.disabled ? undefined : () => remove(v)}>
            {v}
          </Tag>
        ))}
        <Autocomplete.Input
          {...control}
          ref={input}
          aria-label={props['aria-label']}
          aria-describedby={[control['aria-describedby'], problem && problemId].filter(Boolean).join(' ') || undefined}
          inputMode={props.inputMode}
          placeholder={value.length ? undefined : props.placeholder}
          // As wide as its text, focused or not: a line that came and went with the focus would move what is below it
          // away from under the pointer that takes the focus.
          style={text ? { minWidth: `min(100%, ${text.length + 2}ch)` } : undefined}
          className="h-5 min-w-4 flex-1 bg-transparent px-1 outline-none placeholder-shown:min-w-24"
          onKeyDown={(e) => {
            const picking = open && suggestions.length > 0 && e.currentTarget.getAttribute('aria-activedescendant')
            if (e.key === 'Enter' && text.trim() && !picking) {
              e.preventDefault()
              add([text])
            } else if (e.key === 'Backspace' && !text && value.length) remove(value[value.length - 1] as string)
          }}
          onPaste={(e) => {
            const parts = e.clipboardData.getData('text').split(separators)
            if (parts.length < 2) return
            e.preventDefault()
            add(parts)
          }}
          onBlur={() =>
            afterPress(() => {
              if (text.trim()) add([text])
              props.onBlur?.()
            })
          }
        />
      </div>
      <p id={problemId} role="alert" className="text-xs text-danger empty:hidden">
        {problem}
      </p>
      <Autocomplete.Portal>
        <Autocomplete.Positioner sideOffset={8} className="z-60 outline-none">
          <Autocomplete.Popup className={cn(popupCls, 'min-w-48')}>
            <Autocomplete.List className="max-h-60 overflow-y-auto">
              {(s: string) => (
                <Autocomplete.Item key={s} value={s} className={popupItemCls}>
                  <Tag>{s}</Tag>
                </Autocomplete.Item>
              )}
            </Autocomplete.List>
          </Autocomplete.Popup>
        </Autocomplete.Positioner>
      </Autocomplete.Portal>
    </Autocomplete.Root>
  )
}
