import { Check } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { announce } from './announcer'
import { Skeleton } from './skeleton'
import { STEP_HEADING } from './step-layout'

type StepFocusProps = {
  step: string
  /** Said when this step opens, above all else. */
  end: { step: string; text: string }
  children: ReactNode
}
/** A new step takes the focus. Inside the Suspense, so that its heading is there by then. */
export function StepFocus({ step, end, children }: StepFocusProps) {
  const before = useRef(step)
  useEffect(() => {
    if (before.current === step) return
    before.current = step
    document.getElementById(STEP_HEADING)?.focus()
    if (step === end.step) announce(end.text, 'assertive')
  }, [step, end.step, end.text])
  return children
}

/** The number of a step, or that it is done. */
export function StepMark({ n, at, done, className }: { n: number; at: boolean; done: boolean; className?: string }) {
  return (
    <span
      aria-hidden
      className={cn(
        'tabular grid size-5 shrink-0 place-items-center rounded-full text-2xs font-semibold',
        done
          ? 'bg-accent-soft text-accent-text'
          : at
            ? 'bg-accent text-accent-fg'
            : 'text-subtle ring-1 ring-line-strong ring-inset',
        className,
      )}
    >
      {done ? <Check size={12} strokeWidth={2.6} /> : n}
    </span>
  )
}

/** Steps before it is known which one is open. */
export function StepsSkeleton({ steps }: { steps: readonly string[] }) {
  const { t } = useTranslation()
  return (
    <section aria-busy aria-label={t('ui.loading')} className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-12 shrink-0 items-center gap-4 border-b border-line px-4">
        {steps.map((w, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: placeholders
          <Skeleton key={i} className={`h-4 ${w}`} />
        ))}
      </div>
      <StepSkeleton />
    </section>
  )
}
export const StepSkeleton = () => (
  <div className="flex min-h-0 flex-1 flex-col gap-4 bg-sunken p-4 md:p-6">
    <Skeleton className="h-7 w-64" />
    <Skeleton className="h-24 w-full rounded-lg!" />
    <Skeleton className="h-96 w-full rounded-lg!" />
  </div>
)
