import type { InputHTMLAttributes } from 'react'
import { cn } from '@/shared/lib/cn'
import { useControl } from './control'

type Props = Omit<InputHTMLAttributes<HTMLInputElement>, 'type' | 'onChange'> & {
  indeterminate?: boolean
  onCheckedChange?: (checked: boolean) => void
}

/** Native on purpose: a table mounts hundreds. A 24 px target (WCAG 2.5.8) around a 15 px box; the margin keeps the layout at 15 px. */
export function Checkbox({ indeterminate = false, onCheckedChange, className, ...p }: Props) {
  const control = useControl(p)
  return (
    <input
      type="checkbox"
      ref={(el) => {
        if (el) el.indeterminate = indeterminate
      }}
      readOnly={p.checked !== undefined && !onCheckedChange}
      onChange={(e) => onCheckedChange?.(e.target.checked)}
      className={cn('ui-checkbox', className)}
      {...p}
      {...control}
    />
  )
}
