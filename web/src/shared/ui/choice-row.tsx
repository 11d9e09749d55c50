import { type ReactNode, useId } from 'react'
import { cn } from '@/shared/lib/cn'

/** A checkbox or a switch with its label and hint; a press on the text toggles it. */
export function ChoiceRow({
  label,
  hint,
  end,
  className,
  children,
}: {
  label: ReactNode
  hint?: ReactNode
  /** The control stands at the end of the row (settings) instead of before the text. */
  end?: boolean
  className?: string
  children: (control: { id: string; 'aria-describedby'?: string }) => ReactNode
}) {
  const id = useId()
  const control = children({ id, 'aria-describedby': hint ? `${id}h` : undefined })
  return (
    <div className={cn('flex items-start gap-2.5', className)}>
      {!end && <span className="flex h-4.5 items-center">{control}</span>}
      <span className="min-w-0 flex-1">
        <label htmlFor={id} className="block text-sm">
          {label}
        </label>
        {hint && (
          <span id={`${id}h`} className="block text-xs text-subtle">
            {hint}
          </span>
        )}
      </span>
      {end && control}
    </div>
  )
}
