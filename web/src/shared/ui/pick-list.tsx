import { Combobox as Base } from '@base-ui/react/combobox'
import { Search } from 'lucide-react'
import { type ReactNode, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { CheckMark } from './icons'
import { popupItemCls } from './popup'
import type { Option } from './select'
import { useAsyncOptions } from './use-async-options'

type PickListProps = {
  label: string
  value: readonly Option[]
  /** `multiple`: the whole new choice; else the one that was pressed. */
  onPick: (picked: Option, all: Option[]) => void
  multiple?: boolean
  options?: readonly Option[]
  load?: (query: string, signal: AbortSignal) => Promise<Option[]>
  onCreate?: (text: string) => void
  /** First in the list while nothing is typed: “No owner”. */
  lead?: readonly Option[]
  footer?: ReactNode
  className?: string
}
const NEW = '\u0000new'
const none: readonly Option[] = []

/** A search field over its list, in place: the content of a Popover. Focuses itself. */
export function PickList(p: PickListProps) {
  const { label, value, onPick, multiple, options = none, load, onCreate, lead = none } = p
  const { t } = useTranslation()
  const [query, setQuery] = useState('')
  const remote = useAsyncOptions(load, query, true)
  const items = useMemo(() => {
    const text = query.trim()
    const low = text.toLowerCase()
    const found = load ? remote.items : options.filter((o) => o.label.toLowerCase().includes(low))
    const all = text ? [...found] : [...lead, ...missing(value, [...lead, ...found]), ...found]
    if (onCreate && text && !found.some((o) => o.label.toLowerCase() === low)) all.push({ value: NEW, label: text })
    return all
  }, [query, load, remote.items, options, lead, value, onCreate])
  return (
    <Base.Root<Option, true>
      inline
      open
      multiple
      items={items}
      filter={null}
      autoHighlight
      value={[...value]}
      inputValue={query}
      onInputValueChange={(text, { reason }) => reason !== 'item-press' && setQuery(text)}
      onValueChange={(next) => {
        const added = next.find((o) => !value.some((v) => v.value === o.value))
        const pressed = added ?? value.find((v) => !next.some((o) => o.value === v.value))
        if (!pressed) return
        if (pressed.value === NEW) onCreate?.(pressed.label)
        else onPick(pressed, next)
        if (multiple) setQuery('')
      }}
      itemToStringLabel={(o) => o.label}
      isItemEqualToValue={(a, b) => a.value === b.value}
    >
      <div className={cn('flex min-h-0 flex-col', p.className)}>
        <div className="flex h-9 shrink-0 items-center gap-2 border-b border-line px-2.5 any-pointer-coarse:h-11">
          <Search size={14} className="text-subtle" aria-hidden />
          <Base.Input
            aria-label={label}
            placeholder={label}
            className="h-full min-w-0 flex-1 bg-transparent text-sm outline-none any-pointer-coarse:text-lg"
          />
        </div>
        <Base.Status className="px-3 pt-2 text-xs text-subtle empty:hidden">
          {remote.loading && items.length === 0 ? t('ui.loading') : (remote.error ?? null)}
        </Base.Status>
        <Base.Empty className="text-xs text-subtle empty:hidden">
          {remote.loading || remote.error ? null : <span className="block px-3 py-2">{t('ui.noMatches')}</span>}
        </Base.Empty>
        <Base.List className="max-h-72 min-h-0 overflow-y-auto overscroll-contain p-1 empty:hidden">
          {(o: Option) => (
            <Base.Item key={o.value} value={o} className={cn(popupItemCls, 'relative pr-7')}>
              {o.icon}
              <span className="min-w-0 flex-1 truncate">
                {o.value === NEW ? t('ui.addValue', { value: o.label }) : o.label}
              </span>
              {o.hint && <span className="max-w-[45%] truncate text-xs text-muted">{o.hint}</span>}
              <Base.ItemIndicator className="absolute right-2">
                <CheckMark />
              </Base.ItemIndicator>
            </Base.Item>
          )}
        </Base.List>
        {p.footer}
      </div>
    </Base.Root>
  )
}

/** What is chosen but not among the first answers stays in sight. */
function missing(value: readonly Option[], found: readonly Option[]) {
  return value.filter((v) => !found.some((o) => o.value === v.value))
}
