import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { ApiError } from '@/shared/api/errors'
import type { Challenge } from '@/shared/session/mfa-types'
import { buttonCls } from '@/shared/ui/button'
import { AuthLayout } from './auth-layout'
import { ChallengeForm } from './challenge-form'
import { LockedNotice } from './locked-notice'

/** What may come after the password: chunks of their own, as few people need them at every sign-in. */
type Step = { challenge: Challenge; onEntered: () => Promise<unknown> } | { locked: ApiError }

export function SignInStep({ onBack, ...step }: Step & { onBack: () => void }) {
  const { t } = useTranslation('recovery')
  if ('locked' in step)
    return (
      <AuthLayout title={t('locked.title')} text={t('locked.text')}>
        <LockedNotice error={step.locked} onBack={onBack}>
          <Link to="/auth/$step" params={{ step: 'forgot' }} className={`${buttonCls('primary', 'xl')} w-full`}>
            {t('locked.reset')}
          </Link>
        </LockedNotice>
      </AuthLayout>
    )
  return (
    <AuthLayout title={t('challenge.title')} text={t('challenge.text')}>
      <ChallengeForm challenge={step.challenge} onEntered={step.onEntered} onBack={onBack} />
    </AuthLayout>
  )
}
