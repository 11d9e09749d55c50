import { Combobox as Base } from '@base-ui/react/combobox'
import { X } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { useControl } from './control'
import { CheckMark, Chevron } from './icons'
import { type ControlSize, controlCls, controlHeight } from './input'
import { popupCls, popupItemCls } from './popup'
import type { Option } from './select'
import { useAsyncOptions } from './use-async-options'

type ComboboxProps = {
  value: Option | null
  onValueChange: (value: Option | null) => void
  /** Either all options, filtered here … */
  options?: readonly Option[]
  /** … or a search on the server, debounced and cancelled. Called with '' when the list opens. */
  load?: (query: string, signal: AbortSignal) => Promise<Option[]>
  /** Offers “Add …” for a text that no option has. */
  onCreate?: (text: string) => void
  placeholder?: string
  disabled?: boolean
  /** false: there is always a value. */
  clearable?: boolean
  size?: ControlSize
  id?: string
  'aria-label'?: string
  className?: string
}
const NEW = '\u0000new'
const none: readonly Option[] = []

/** One of many, found by typing. */
export function Combobox({
  value,
  onValueChange,
  options,
  load,
  onCreate,
  placeholder,
  disabled,
  clearable = true,
  size = 'md',
  className,
  ...p
}: ComboboxProps) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const [query, setQuery] = useState('')
  const remote = useAsyncOptions(load, query, open)
  const found = load ? remote.items : (options ?? none)
  const items = useMemo(() => {
    const text = query.trim()
    const all = load && value && !query && !found.some((o) => o.value === value.value) ? [value, ...found] : [...found]
    if (onCreate && text && !found.some((o) => o.label.toLowerCase() === text.toLowerCase()))
      all.push({ value: NEW, label: text })
    return all
  }, [found, load, onCreate, query, value])
  const control = useControl(p)
  return (
    <Base.Root<Option>
      items={items}
      value={value}
      disabled={disabled}
      open={open}
      onOpenChange={(o) => {
        setOpen(o)
        if (!o) setQuery('')
      }}
      onValueChange={(o) => (o?.value === NEW ? onCreate?.(o.label) : onValueChange(o))}
      onInputValueChange={(text, { reason }) => setQuery(reason === 'input-change' ? text : '')}
      itemToStringLabel={(o) => o.label}
      isItemEqualToValue={(a, b) => a.value === b.value}
      {...(load ? { filter: null } : {})}
    >
      <Base.InputGroup className={cn('relative w-full', className)}>
        <Base.Input
          {...control}
          aria-label={p['aria-label']}
          placeholder={placeholder}
          // The value is a whole: typing replaces it.
          onClick={(e) => !query && e.currentTarget.select()}
          onFocus={(e) => e.currentTarget.select()}
          className={cn(controlCls, controlHeight(size), 'pr-14!')}
        />
        <span className="absolute inset-y-0 right-1 flex items-center">
          {value && clearable && !disabled && (
            <Base.Clear
              aria-label={t('action.clear')}
              className="grid size-6 place-items-center rounded-sm text-subtle hover:text-fg"
            >
              <X size={13} />
            </Base.Clear>
          )}
          <Base.Trigger aria-label={t('ui.openList')} className="grid size-6 place-items-center rounded-sm">
            <Chevron />
          </Base.Trigger>
        </span>
      </Base.InputGroup>
      <Base.Portal>
        <Base.Positioner sideOffset={4} className="z-60 outline-none">
          <Base.Popup className={cn(popupCls, 'w-(--anchor-width) min-w-48')}>
            <Base.Status className="empty:hidden px-2 py-1.5 text-xs text-subtle">
              {remote.loading ? t('ui.loading') : (remote.error ?? null)}
            </Base.Status>
            <Base.Empty className="text-xs text-subtle empty:hidden">
              {remote.loading || remote.error ? null : <span className="block px-2 py-1.5">{t('ui.noMatches')}</span>}
            </Base.Empty>
            <Base.List className="max-h-[min(280px,var(--available-height))] overflow-y-auto">
              {(o: Option) => (
                <Base.Item key={o.value} value={o} className={cn(popupItemCls, 'relative pr-7')}>
                  {o.icon}
                  <span className="min-w-0 flex-1 truncate">
                    {o.value === NEW ? t('ui.addValue', { value: o.label }) : o.label}
                  </span>
                  {o.hint && <span className="max-w-[45%] truncate text-xs text-subtle">{o.hint}</span>}
                  <Base.ItemIndicator className="absolute right-2">
                    <CheckMark />
                  </Base.ItemIndicator>
                </Base.Item>
              )}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
