import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { STEP_HEADING } from './step-layout'
import type { Tone } from './tone'

type ResultCardProps = { icon: LucideIcon; tone: Tone; title: string; text: string; children?: ReactNode }
/** What came of long work: the heading of its last step. */
export function ResultCard({ icon: Icon, tone, title, text, children }: ResultCardProps) {
  return (
    <section className="rounded-lg bg-card p-5 shadow-card md:p-6">
      <div className="flex items-start gap-4">
        <span data-tone={tone} className="grid size-11 shrink-0 place-items-center rounded-xl bg-tone text-tone-fg">
          <Icon size={22} strokeWidth={1.8} aria-hidden />
        </span>
        <div className="min-w-0">
          <h2 id={STEP_HEADING} tabIndex={-1} className="text-xl font-semibold tracking-[-0.015em] outline-none">
            {title}
          </h2>
          <p className="mt-0.5 text-sm text-muted">{text}</p>
        </div>
      </div>
      {children}
    </section>
  )
}

/** What can be done about it. */
export function ResultOffer({ title, text, action }: { title: string; text: string; action: ReactNode }) {
  return (
    <section className="flex flex-wrap items-center gap-x-4 gap-y-3 rounded-lg bg-card px-4 py-3.5 shadow-card">
      <div className="min-w-0 flex-1 basis-60">
        <h3 className="text-sm font-semibold">{title}</h3>
        <p className="mt-0.5 text-xs text-muted">{text}</p>
      </div>
      {action}
    </section>
  )
}
