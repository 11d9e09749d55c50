import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { send } from '@/shared/api/call'
import { csrfToken } from '@/shared/api/csrf'
import { hasSession, sessionOptions } from '@/shared/session/session-query'
import { buttonCls } from '@/shared/ui/button'
import { ErrorState } from '@/shared/ui/error-state'
import { Notice } from '@/shared/ui/notice'
import { Spinner } from '@/shared/ui/spinner'
import { AuthLayout } from './auth-layout'
import { BackToSignIn, ToSignIn } from './forgot-page'
import { linkFault, useToken } from './link'
import { ResendLink } from './resend'

/** Opened by the link of a mail: shows who has the address, in whatever browser it is read. */
export function VerifyPage() {
  const { t } = useTranslation('recovery')
  const token = useToken()
  const qc = useQueryClient()
  const signedIn = hasSession(qc) || !!csrfToken()
  const verify = useMutation({
    mutationFn: () => send<{ email: string }>('POST', '/api/auth/email/verify', { token }),
    onSuccess: () => (signedIn ? qc.invalidateQueries({ queryKey: sessionOptions().queryKey }) : undefined),
  })
  const asked = useRef(false) // a link is good once: not for the second run of an effect in development
  useEffect(() => {
    if (asked.current || !token) return
    asked.current = true
    verify.mutate()
  }, [token, verify])
  const onward = signedIn ? (
    <Link to="/" className={`${buttonCls('primary', 'xl')} w-full`}>
      {t('verify.open')}
    </Link>
  ) : (
    <ToSignIn />
  )
  if (verify.isSuccess)
    return (
      <AuthLayout title={t('verify.done')} text={t('verify.doneText', { email: verify.data.email })}>
        <div className="mt-6 flex flex-col gap-4">
          <Notice kind="success">{t('verify.news')}</Notice>
          {onward}
        </div>
      </AuthLayout>
    )
  const fault = token === '' ? 'unknown' : linkFault(verify.error)
  if (fault)
    return (
      <AuthLayout title={t(`dead.${fault}`)} text={t(`verify.${fault}`)}>
        <div className="mt-6 flex flex-col gap-4">
          {fault === 'used' ? onward : signedIn ? <ResendLink /> : <ToSignIn />}
        </div>
        {!signedIn && fault === 'used' ? null : <BackToSignIn />}
      </AuthLayout>
    )
  return (
    <AuthLayout title={t('verify.title')}>
      {verify.error ? (
        <ErrorState error={verify.error} onRetry={() => verify.mutate()} busy={verify.isPending} />
      ) : (
        <div role="status" className="mt-6 flex items-center gap-2.5 text-sm text-muted">
          <Spinner size={16} />
          {t('checking')}
        </div>
      )}
    </AuthLayout>
  )
}
