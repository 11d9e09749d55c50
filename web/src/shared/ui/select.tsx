import { Select as Base } from '@base-ui/react/select'
import type { ReactNode } from 'react'
import { cn } from '@/shared/lib/cn'
import { useControl } from './control'
import { CheckMark, Chevron } from './icons'
import { type ControlSize, controlCls, controlHeight } from './input'
import { popupCls, popupItemCls } from './popup'

export type Option<V extends string = string> = { value: V; label: string; icon?: ReactNode; hint?: string }
type SelectProps<V extends string> = {
  options: readonly Option<V>[]
  value: V | null
  onValueChange: (value: V) => void
  placeholder?: string
  disabled?: boolean
  size?: ControlSize
  name?: string
  id?: string
  'aria-label'?: string
  className?: string
}
/** One of a short, known list. For long or remote lists: Combobox. */
export function Select<V extends string>({
  options,
  value,
  onValueChange,
  placeholder,
  size = 'md',
  className,
  disabled,
  name,
  ...p
}: SelectProps<V>) {
  const selected = options.find((o) => o.value === value)
  return (
    <Base.Root<V>
      items={options as Option<V>[]}
      value={value}
      onValueChange={(v) => v !== null && onValueChange(v)}
      disabled={disabled}
      name={name}
    >
      <Base.Trigger
        {...useControl(p)}
        aria-label={p['aria-label']}
        className={cn(
          controlCls,
          controlHeight(size),
          'flex items-center gap-2 text-left data-[popup-open]:border-accent',
          className,
        )}
      >
        {selected?.icon}
        <Base.Value className="min-w-0 flex-1 truncate data-[placeholder]:text-subtle" placeholder={placeholder}>
          {selected ? selected.label : (placeholder ?? '')}
        </Base.Value>
        <Chevron />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner alignItemWithTrigger={false} sideOffset={4} className="z-60 outline-none">
          <Base.Popup
            className={cn(
              popupCls,
              'max-h-[min(320px,var(--available-height))] min-w-(--anchor-width) overflow-y-auto',
            )}
          >
            {options.map((o) => (
              <Base.Item key={o.value} value={o.value} className={cn(popupItemCls, 'relative pr-7')}>
                {o.icon}
                <Base.ItemText className="min-w-0 flex-1 truncate">{o.label}</Base.ItemText>
                {o.hint && <span className="text-xs text-subtle">{o.hint}</span>}
                <Base.ItemIndicator className="absolute right-2">
                  <CheckMark />
                </Base.ItemIndicator>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
