import type { ReactNode } from 'react'
import { cn } from '@/shared/lib/cn'

export function Kbd({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <kbd
      className={cn(
        'inline-grid h-[18px] min-w-[18px] place-items-center rounded-xs border border-line px-1 font-sans text-2xs text-subtle',
        className,
      )}
    >
      {children}
    </kbd>
  )
}
