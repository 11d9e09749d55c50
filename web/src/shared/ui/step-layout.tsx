import { ArrowLeft, ArrowRight } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { Button } from '@/shared/ui/button'
import { ScrollRegion } from '@/shared/ui/scroll-region'

/** What moves focus there when a step opens: a screen reader reads it, and Tab goes on from the top. */
export const STEP_HEADING = 'step-heading'

type StepLayoutProps = {
  title: string
  text?: ReactNode
  width?: 'wide' | 'narrow'
  /** false: the step shows its own heading. */
  heading?: boolean
  footer?: ReactNode
  children: ReactNode
}
export function StepLayout({ title, text, width = 'wide', heading = true, footer, children }: StepLayoutProps) {
  return (
    <>
      <ScrollRegion label={title} className="@container bg-sunken">
        <div
          className={cn(
            'mx-auto flex w-full flex-col gap-4 p-4 md:p-6',
            width === 'wide' ? 'max-w-[1240px]' : 'max-w-[760px]',
          )}
        >
          {heading && (
            <div>
              <h2 id={STEP_HEADING} tabIndex={-1} className="text-xl font-semibold tracking-[-0.015em] outline-none">
                {title}
              </h2>
              {text && <p className="mt-0.5 max-w-[68ch] text-sm text-muted">{text}</p>}
            </div>
          )}
          {children}
        </div>
      </ScrollRegion>
      {footer && (
        <footer className="flex shrink-0 items-center gap-2 border-t border-line bg-surface px-4 py-2.5">
          {footer}
        </footer>
      )}
    </>
  )
}

type StepNavProps = {
  onBack?: () => void
  onNext: () => void
  next: string
  busy?: boolean
  /** What stands in the way, or how much is chosen. */
  children?: ReactNode
}
/** Back on the left, the way on at the right; ⌘/Ctrl Enter goes on from anywhere. */
export function StepNav({ onBack, onNext, next, busy, children }: StepNavProps) {
  const { t } = useTranslation()
  const latest = useRef(onNext)
  latest.current = onNext
  useEffect(() => {
    if (busy) return
    const f = (e: KeyboardEvent) => {
      if (e.key !== 'Enter' || !(e.metaKey || e.ctrlKey)) return
      e.preventDefault()
      latest.current()
    }
    addEventListener('keydown', f)
    return () => removeEventListener('keydown', f)
  }, [busy])
  return (
    <>
      {onBack && (
        <Button size="lg" variant="ghost" onClick={onBack}>
          <ArrowLeft size={15} aria-hidden /> {t('action.back')}
        </Button>
      )}
      <span className="ml-auto min-w-0 text-right text-xs text-balance text-subtle">{children}</span>
      <Button size="lg" variant="primary" onClick={onNext} busy={busy}>
        {next} <ArrowRight size={15} aria-hidden />
      </Button>
    </>
  )
}
