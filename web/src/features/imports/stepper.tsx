import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { StepMark } from '@/shared/ui/step-frame'
import { STEPS, type Step } from './steps'

type StepperProps = {
  id: string
  current: Step
  /** Steps one may go to now. */
  open: readonly Step[]
  /** The last step is behind us too. */
  finished: boolean
}
export function Stepper({ id, current, open, finished }: StepperProps) {
  const { t } = useTranslation('imports')
  const at = STEPS.indexOf(current)
  return (
    <nav aria-label={t('steps.label')} className="shrink-0 border-b border-line px-4 md:h-12">
      <p className="flex items-baseline gap-2 pt-2.5 text-sm md:hidden" aria-hidden>
        <span className="font-semibold">{t(`steps.${current}`)}</span>
        <span className="tabular text-xs text-subtle">{t('steps.of', { n: at + 1, total: STEPS.length })}</span>
      </p>
      <ol className="flex items-center max-md:gap-1 max-md:pt-2 max-md:pb-2.5 md:h-full md:gap-2">
        {STEPS.map((s, i) => {
          const done = i < at || (finished && i === at)
          const label = (
            <>
              <StepMark n={i + 1} at={i === at} done={done} className="max-md:hidden" />
              <span className="max-md:sr-only">{t(`steps.${s}`)}</span>
              {done && <span className="sr-only">{t('steps.done')}</span>}
            </>
          )
          const cls = cn(
            'relative flex items-center gap-2 rounded-md text-sm font-medium whitespace-nowrap max-md:h-1.5 max-md:w-full max-md:rounded-full md:h-7 md:px-1.5',
            i === at
              ? 'text-fg max-md:bg-accent'
              : done
                ? 'text-muted max-md:bg-accent-line'
                : 'text-subtle max-md:bg-active',
          )
          return (
            <li key={s} className="flex items-center gap-2 max-md:flex-1" aria-current={i === at ? 'step' : undefined}>
              {i > 0 && (
                <span
                  aria-hidden
                  className={cn('h-px w-4 max-md:hidden lg:w-8', i <= at ? 'bg-accent-line' : 'bg-line-strong')}
                />
              )}
              {open.includes(s) && i !== at ? (
                <Link
                  to="/import/$id"
                  params={{ id }}
                  search={{ step: s === 'columns' || s === 'duplicates' ? s : undefined }}
                  className={cn(
                    cls,
                    'hover:text-fg max-md:after:absolute max-md:after:-inset-x-0 max-md:after:-inset-y-3 md:hover:bg-hover',
                  )}
                >
                  {label}
                </Link>
              ) : (
                <span className={cls}>{label}</span>
              )}
            </li>
          )
        })}
      </ol>
    </nav>
  )
}
