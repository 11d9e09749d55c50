import { type ReactNode, useId } from 'react'
import { cn } from '@/shared/lib/cn'

type SegmentedProps<V extends string> = {
  label: string
  value: V
  onValueChange: (value: V) => void
  options: readonly { value: V; label: ReactNode; icon?: ReactNode }[]
  disabled?: boolean
  className?: string
}
/** Two to four choices in sight. Native radios: arrows, forms and screen readers work by themselves. */
export function Segmented<V extends string>({
  label,
  value,
  onValueChange,
  options,
  disabled,
  className,
}: SegmentedProps<V>) {
  const name = useId()
  return (
    <fieldset
      disabled={disabled}
      className={cn('inline-flex min-w-0 rounded-md bg-active p-0.5 disabled:opacity-50', className)}
    >
      <legend className="sr-only">{label}</legend>
      {options.map((o) => (
        <label
          key={o.value}
          className="relative flex h-7 min-w-0 flex-auto items-center justify-center gap-1.5 rounded-sm px-2.5 text-sm font-medium text-muted select-none any-pointer-coarse:h-9 has-checked:bg-raised has-checked:text-fg has-checked:shadow-card has-focus-visible:outline-2 has-focus-visible:outline-ring"
        >
          <input
            type="radio"
            name={name}
            value={o.value}
            checked={o.value === value}
            onChange={() => onValueChange(o.value)}
            className="absolute inset-0 m-0 appearance-none outline-none"
          />
          {o.icon}
          <span className="truncate">{o.label}</span>
        </label>
      ))}
    </fieldset>
  )
}
