import { Search, X } from 'lucide-react'
import { type Ref, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useKey } from '@/shared/commands/keys'
import { Kbd } from '@/shared/ui/kbd'

const WAIT_MS = 250
type SearchBoxProps = { value: string; onValue: (v: string) => void; label: string; inputRef: Ref<HTMLInputElement> }
/** Types ahead of the address: what is typed goes there when the typing pauses, what changes there comes back here. */
export function SearchBox({ value, onValue, label, inputRef }: SearchBoxProps) {
  const { t } = useTranslation()
  const [text, setText] = useState(value)
  const sent = useRef(value)
  const send = useRef(onValue)
  send.current = onValue
  useEffect(() => {
    if (value === sent.current) return
    sent.current = value
    setText(value)
  }, [value])
  useEffect(() => {
    const next = text.trim()
    if (next === sent.current) return
    const id = setTimeout(() => {
      sent.current = next
      send.current(next)
    }, WAIT_MS)
    return () => clearTimeout(id)
  }, [text])
  const key = useKey('search')
  const clear = () => {
    setText('')
    sent.current = ''
    onValue('')
  }
  return (
    <search className="relative flex h-8 min-w-0 flex-1 items-center rounded-md bg-sunken shadow-card focus-within:outline-2 focus-within:outline-ring max-md:h-10 md:max-w-72 md:min-w-52">
      <Search size={15} className="pointer-events-none absolute left-2.5 text-subtle" aria-hidden />
      <input
        ref={inputRef}
        type="search"
        aria-label={label}
        placeholder={label}
        value={text}
        maxLength={200}
        onChange={(e) => setText(e.target.value)}
        onKeyDown={(e) => {
          if (e.key !== 'Escape') return
          e.stopPropagation()
          if (text) clear()
          else e.currentTarget.blur()
        }}
        className="h-full min-w-0 flex-1 bg-transparent pr-8 pl-8 text-sm outline-none any-pointer-coarse:text-lg [&::-webkit-search-cancel-button]:hidden"
      />
      {text ? (
        <button
          type="button"
          aria-label={t('action.clear')}
          onClick={clear}
          className="absolute right-1 grid size-6 place-items-center rounded-sm text-subtle hover:text-fg"
        >
          <X size={14} />
        </button>
      ) : (
        key && <Kbd className="pointer-events-none absolute right-2 max-md:hidden any-pointer-coarse:hidden">{key}</Kbd>
      )}
    </search>
  )
}
