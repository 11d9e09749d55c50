import type { LucideIcon } from 'lucide-react'
import { createContext, type ReactNode, use } from 'react'
import { cn } from '@/shared/lib/cn'
import { useTitle } from '@/shared/lib/use-title'

type PageHeaderProps = {
  title: ReactNode
  /** Name of the browser tab when the title is not plain text. */
  tab?: string
  icon?: LucideIcon
  /** Muted, after the title: how many records. */
  count?: ReactNode
  /** After the title: what is shown can be changed there. */
  aside?: ReactNode
  /** Before the title: a back link or breadcrumbs. */
  lead?: ReactNode
  /** Buttons at the end, the primary one last. */
  actions?: ReactNode
}
/** What the shell has at the end of the line on a phone, where there is no sidebar. */
export const HeaderEnd = createContext<ReactNode>(null)

/** The 48 px line on top of every page; holds the only h1 and names the browser tab. */
export function PageHeader({ title, icon: Icon, count, lead, aside, actions, tab }: PageHeaderProps) {
  useTitle(tab ?? (typeof title === 'string' ? title : undefined))
  const end = use(HeaderEnd)
  return (
    <header className="flex h-(--header-h) shrink-0 items-center gap-2 border-b border-line pr-2.5 pl-4">
      {lead}
      {Icon && <Icon size={17} strokeWidth={1.75} className="shrink-0 text-accent" aria-hidden />}
      <h1 className="min-w-0 truncate text-base font-semibold">{title}</h1>
      {count !== undefined && <span className="tabular text-sm text-subtle">{count}</span>}
      {aside}
      {actions && <div className="ml-auto flex shrink-0 items-center gap-2">{actions}</div>}
      {/* A page with a way back needs its room for that. */}
      {end && !lead && <div className={cn('flex shrink-0 md:hidden', !actions && 'ml-auto')}>{end}</div>}
    </header>
  )
}
