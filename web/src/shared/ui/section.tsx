import type { ReactNode } from 'react'
import { cn } from '@/shared/lib/cn'

/** A card of settings: what it is about, then the settings. */
export function Section({
  title,
  text,
  actions,
  flush,
  children,
}: {
  title: string
  text?: ReactNode
  actions?: ReactNode
  /** Rows reach the edges of the card. */
  flush?: boolean
  children: ReactNode
}) {
  return (
    <section className="overflow-hidden rounded-lg bg-card shadow-card">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 pt-4 md:px-5">
        <div className="min-w-0 flex-1">
          <h2 className="text-base font-semibold">{title}</h2>
          {text && <p className="mt-0.5 text-sm text-balance text-muted">{text}</p>}
        </div>
        {actions}
      </header>
      <div className={cn(flush ? 'pt-3' : 'p-4 md:p-5')}>{children}</div>
    </section>
  )
}

/** One setting that works at once: name and hint, control at the end (below on a phone). */
export function Row({
  label,
  hint,
  id,
  children,
}: {
  label: string
  hint?: ReactNode
  /** Of the control, when a press on the name should focus it. */
  id?: string
  children: ReactNode
}) {
  return (
    <div className="flex flex-col gap-2.5 border-line-soft py-4 not-last:border-b first:pt-0 last:pb-0 md:flex-row md:items-center md:gap-6">
      <div className="min-w-0 flex-1">
        {id ? (
          <label htmlFor={id} className="block text-sm font-medium">
            {label}
          </label>
        ) : (
          <div className="text-sm font-medium">{label}</div>
        )}
        {hint && <div className="mt-0.5 text-xs text-subtle">{hint}</div>}
      </div>
      {children}
    </div>
  )
}
