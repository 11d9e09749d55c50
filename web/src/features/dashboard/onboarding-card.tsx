import { Link } from '@tanstack/react-router'
import { Building2, Check, ChevronRight, type LucideIcon, StickyNote, Upload, UserPlus, UserRound } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Onboarding } from '@/api/gen/types.gen'
import { cn } from '@/shared/lib/cn'
import { can, useSession } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { useDismissed } from './dismissed'
import { type Step, type StepId, stepsOf } from './model'
import { ProgressRing } from './progress-ring'

const PLACES = {
  profile: { icon: UserRound, to: '/settings/profile' },
  import: { icon: Upload, to: '/import' },
  contacts: { icon: UserPlus, to: '/contacts', search: { new: 1 } },
  companies: { icon: Building2, to: '/companies', search: { new: 1 } },
  note: { icon: StickyNote, to: '/contacts' },
} as const satisfies Record<StepId, { icon: LucideIcon; to: string; search?: object }>

/** Five first steps. Ticked off by what is really there, put away for good when all are done. */
export function OnboardingCard({ onboarding }: { onboarding: Onboarding }) {
  const { t } = useTranslation('dashboard')
  const session = useSession()
  const { dismissed, dismiss } = useDismissed(session.organization.id)
  // Name and phone: the server asks only for a name, which everybody has.
  const steps = stepsOf({ ...onboarding, profile: !!session.user.phone }, (p) => can(session, p))
  const done = steps.filter((s) => s.done).length
  const complete = done === steps.length
  if (dismissed && complete) return null
  return (
    <section aria-labelledby="onboarding" className="rounded-lg bg-card shadow-card">
      <header className="flex items-center gap-3.5 p-4 pb-3.5">
        <ProgressRing value={done / steps.length} label={t('onboarding.progress', { done, count: steps.length })}>
          {complete ? <Check size={16} strokeWidth={2.5} aria-hidden /> : `${done}/${steps.length}`}
        </ProgressRing>
        <div className="min-w-0 flex-1">
          <h3 id="onboarding" className="text-base font-semibold">
            {t(complete ? 'onboarding.complete' : 'onboarding.title')}
          </h3>
          <p className="text-sm text-muted">{t(complete ? 'onboarding.completeText' : 'onboarding.text')}</p>
        </div>
        {complete && (
          <Button size="md" onClick={dismiss}>
            {t('onboarding.dismiss')}
          </Button>
        )}
      </header>
      <ol
        className="grid gap-px overflow-hidden rounded-b-lg border-t border-line bg-line max-lg:grid-cols-1! lg:auto-cols-fr lg:grid-flow-col"
        aria-label={t('onboarding.title')}
      >
        {steps.map((s) => (
          <StepItem key={s.id} step={s} next={s === steps.find((x) => !x.done)} />
        ))}
      </ol>
    </section>
  )
}

function StepItem({ step: { id, done }, next }: { step: Step; next: boolean }) {
  const { t } = useTranslation('dashboard')
  const place = PLACES[id]
  const Icon = place.icon
  return (
    <li className="bg-card">
      <Link
        to={place.to}
        search={('search' in place ? place.search : {}) as never}
        aria-label={`${t(`onboarding.${id}.title`)}, ${t(done ? 'onboarding.done' : 'onboarding.todo')}`}
        className="group flex h-full items-center gap-3 p-4 -outline-offset-2 transition-colors hover:bg-row-hover max-lg:py-3 lg:flex-col lg:items-start lg:gap-2.5"
      >
        <span
          data-tone={done ? 'green' : next ? 'blue' : 'gray'}
          className="grid size-8 shrink-0 place-items-center rounded-md bg-tone text-tone-fg"
        >
          {done ? <Check size={16} strokeWidth={2.5} aria-hidden /> : <Icon size={16} strokeWidth={1.75} aria-hidden />}
        </span>
        <span className="min-w-0 flex-1">
          <span className={cn('block text-sm font-medium', done && 'text-muted')}>{t(`onboarding.${id}.title`)}</span>
          <span className="mt-0.5 block text-xs text-subtle">{t(`onboarding.${id}.text`)}</span>
        </span>
        <ChevronRight size={15} aria-hidden className="text-faint lg:hidden" />
      </Link>
    </li>
  )
}
