import { Link, useLocation, useRouter } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { send } from '@/shared/api/call'
import { isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { type ProviderId, takeTrip } from '@/shared/session/federated'
import type { Challenge } from '@/shared/session/mfa-types'
import { buttonCls } from '@/shared/ui/button'
import { Notice } from '@/shared/ui/notice'
import { Spinner } from '@/shared/ui/spinner'
import { AuthLayout } from './auth-layout'
import { type CameBack, cameBackWith } from './came-back'
import { BackToSignIn } from './forgot-page'
import { forgetInvitation } from './invitation-token'
import { RegisterForm, type Registration } from './register-form'
import { SignInStep } from './sign-in-steps'
import { useEnter } from './use-enter'

type Result = { challenge?: Challenge; registration?: Registration }

/** Where a browser lands that comes back from another service: it is signed in, asked for more, or told what went wrong. */
export function CameBackPage({ provider }: { provider: ProviderId }) {
  const { t } = useTranslation('recovery')
  const router = useRouter()
  const brought = useLocation({ select: (l) => cameBackWith(l.searchStr, l.hash) })
  const [trip] = useState(takeTrip)
  const enter = useEnter(trip.next)
  const [result, setResult] = useState<Result | null>(null)
  const [error, setError] = useState<unknown>(null)
  const entered = async () => {
    if (trip.invitation) forgetInvitation()
    await enter()
  }
  const finish = async (input: CameBack) => {
    if (input.state.startsWith('link.')) {
      await send('POST', `/api/auth/link/${provider}/finish`, input)
      return router.navigate({ href: trip.next ?? '/settings/security', replace: true })
    }
    const result = await send<Result>('POST', `/api/auth/oauth/${provider}/finish`, input)
    if (result.challenge || result.registration) return setResult(result)
    return entered()
  }
  const asked = useRef(false) // it is good once: not for the second run of an effect in development
  useEffect(() => {
    if (asked.current || !brought) return
    asked.current = true
    finish(brought).catch(setError)
  })
  const again = () => void router.navigate({ to: '/signin', replace: true })
  if (result?.challenge) return <SignInStep challenge={result.challenge} onEntered={entered} onBack={again} />
  if (result?.registration) return <RegisterForm registration={result.registration} onEntered={entered} />
  if (error !== null || !brought)
    return <Failed error={error} trip={trip} isLink={!!brought?.state.startsWith('link.')} />
  return (
    <AuthLayout title={t('federated.title')}>
      <div role="status" className="mt-6 flex items-center gap-2.5 text-sm text-muted">
        <Spinner size={16} />
        {t('checking')}
      </div>
    </AuthLayout>
  )
}

type FailedProps = { error: unknown; trip: ReturnType<typeof takeTrip>; isLink: boolean }
function Failed({ error, trip, isLink }: FailedProps) {
  const { t } = useTranslation('recovery')
  const code = isApiError(error) ? error.code : ''
  const big = `${buttonCls('primary', 'xl')} w-full`
  return (
    <AuthLayout title={t(isLink ? 'federated.linkFailed' : 'federated.failed')}>
      <div className="mt-6 flex flex-col gap-4">
        <Notice kind={code === 'federated.denied' ? 'info' : 'error'} role="alert">
          {error === null ? t('federated.nothing') : errorMessage(error)}
        </Notice>
        {isLink ? (
          <Link to="/settings/security" className={big}>
            {t('federated.toSettings')}
          </Link>
        ) : trip.invitation ? (
          <Link to="/auth/$step" params={{ step: 'invitation' }} className={big}>
            {t('federated.toInvitation')}
          </Link>
        ) : (
          <Link to="/signin" search={{ next: trip.next }} className={big}>
            {t('federated.again')}
          </Link>
        )}
        {code === 'federated.unproved' && (
          <Link to="/auth/$step" params={{ step: 'forgot' }} className={`${buttonCls('secondary', 'xl')} w-full`}>
            {t('locked.reset')}
          </Link>
        )}
      </div>
      {!isLink && trip.invitation && <BackToSignIn />}
    </AuthLayout>
  )
}
