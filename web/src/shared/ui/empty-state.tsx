import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from '@/shared/lib/cn'
import type { Tone } from './tone'

type EmptyStateProps = {
  icon: LucideIcon
  title: ReactNode
  text?: ReactNode
  tone?: Tone
  /** Buttons, the primary one first. */
  actions?: ReactNode
  className?: string
  role?: 'alert' | 'status'
}
/** Nothing here yet, nothing found, no permission: says why and what to do next. */
export function EmptyState({ icon: Icon, title, text, tone = 'blue', actions, className, role }: EmptyStateProps) {
  return (
    <div role={role} className={cn('mx-auto flex max-w-96 flex-col items-center px-4 py-12 text-center', className)}>
      <span data-tone={tone} className="grid size-11 place-items-center rounded-xl bg-tone text-tone-fg">
        <Icon size={20} strokeWidth={1.75} />
      </span>
      <h2 className="mt-4 text-base font-semibold text-balance">{title}</h2>
      {text && <p className="mt-1 text-sm text-balance text-muted">{text}</p>}
      {actions && <div className="mt-5 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  )
}
