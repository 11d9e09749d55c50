import { CircleAlert, CircleCheck, Info, type LucideIcon, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from '@/shared/lib/cn'

const kinds = {
  info: { icon: Info, tone: 'blue' },
  success: { icon: CircleCheck, tone: 'green' },
  warning: { icon: TriangleAlert, tone: 'amber' },
  error: { icon: CircleAlert, tone: 'red' },
} as const

type NoticeProps = {
  kind?: keyof typeof kinds
  icon?: LucideIcon
  title?: ReactNode
  /** Buttons or links below the text. */
  actions?: ReactNode
  role?: 'alert' | 'status'
  className?: string
  children?: ReactNode
}
/** Says something about the part of the page it stands in: a warning, a failed step with its way out. Passing news go into a toast. */
export function Notice({ kind = 'info', icon, title, actions, role, className, children }: NoticeProps) {
  const Icon = icon ?? kinds[kind].icon
  return (
    <div
      role={role}
      data-tone={kinds[kind].tone}
      className={cn('flex items-start gap-2.5 rounded-lg bg-tone px-3 py-2.5 text-sm text-tone-fg', className)}
    >
      <Icon size={16} strokeWidth={1.9} aria-hidden className="mt-px shrink-0" />
      <div className="min-w-0 flex-1 break-words">
        {title && <p className="font-semibold">{title}</p>}
        {children && <div className={cn(title && 'mt-0.5')}>{children}</div>}
        {actions && <div className="mt-2 flex flex-wrap gap-2">{actions}</div>}
      </div>
    </div>
  )
}
