import { Switch as Base } from '@base-ui/react/switch'
import type { ComponentProps } from 'react'
import { cn } from '@/shared/lib/cn'
import { useControl } from './control'

type SwitchProps = Pick<
  ComponentProps<typeof Base.Root>,
  'checked' | 'defaultChecked' | 'disabled' | 'name' | 'aria-label' | 'aria-labelledby'
> & {
  onCheckedChange?: (checked: boolean) => void
  id?: string
  className?: string
}
/** A setting that works at once. A choice that is saved with a form is a Checkbox. */
export function Switch({ className, onCheckedChange, ...p }: SwitchProps) {
  const { 'aria-required': _, ...control } = useControl(p)
  return (
    <Base.Root
      {...p}
      {...control}
      onCheckedChange={(v) => onCheckedChange?.(v)}
      className={cn(
        'relative inline-flex h-5 w-8.5 shrink-0 rounded-full bg-control p-0.5 transition-colors duration-150 after:absolute after:-inset-1 data-[checked]:bg-accent data-[disabled]:opacity-50',
        className,
      )}
    >
      <Base.Thumb className="size-4 rounded-full bg-white shadow-xs transition-transform duration-150 data-[checked]:translate-x-3.5" />
    </Base.Root>
  )
}
