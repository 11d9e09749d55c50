import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { get, send } from '@/shared/api/call'
import { Form, FormError, FormField, useZodForm } from '@/shared/form/form'
import { dropSession, hasSession } from '@/shared/session/session-query'
import { tellTabs } from '@/shared/session/tabs'
import { buttonCls } from '@/shared/ui/button'
import { ErrorState } from '@/shared/ui/error-state'
import { PasswordInput } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import { PasswordStrength } from '@/shared/ui/password-strength'
import { Skeleton } from '@/shared/ui/skeleton'
import { AuthLayout } from './auth-layout'
import { BackToSignIn, ToSignIn } from './forgot-page'
import { linkFault, useToken } from './link'
import { Send } from './send'

/** A link of a mail lets its owner choose another password. What is known of it is asked before anything is typed. */
export function ResetPage() {
  const { t } = useTranslation('recovery')
  const token = useToken()
  const [done, setDone] = useState(false)
  const [late, setLate] = useState<unknown>(null)
  const link = useQuery({
    queryKey: ['reset', token],
    queryFn: ({ signal }) =>
      get<{ emailHint: string }>(`/api/auth/password/reset/${encodeURIComponent(token)}`, undefined, signal),
    enabled: token !== '' && !done,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (done)
    return (
      <AuthLayout title={t('reset.done')} text={t('reset.doneText')}>
        <div className="mt-6 flex flex-col gap-4">
          <Notice kind="success">{t('reset.ended')}</Notice>
          <ToSignIn />
        </div>
      </AuthLayout>
    )
  const fault = token === '' ? 'unknown' : linkFault(late ?? link.error)
  if (fault) return <DeadLink fault={fault} />
  return (
    <AuthLayout title={t('reset.title')} text={link.data && t('reset.text', { email: link.data.emailHint })}>
      {link.data ? (
        <NewPassword token={token} email={link.data.emailHint} onDone={() => setDone(true)} onDead={setLate} />
      ) : link.error ? (
        <ErrorState error={link.error} onRetry={() => void link.refetch()} busy={link.isFetching} />
      ) : (
        <div role="status" aria-busy aria-label={t('checking')} className="mt-6 flex flex-col gap-4">
          <Skeleton className="h-3.5 w-40" />
          <Skeleton className="h-10 w-full" />
          <Skeleton className="h-10 w-full" />
        </div>
      )}
    </AuthLayout>
  )
}

type NewPasswordProps = { token: string; email: string; onDone: () => void; onDead: (e: unknown) => void }
function NewPassword({ token, email, onDone, onDead }: NewPasswordProps) {
  const { t } = useTranslation('recovery')
  const qc = useQueryClient()
  const form = useZodForm(() => import('./schemas').then((m) => m.zNewPassword), { defaultValues: { password: '' } })
  const password = form.watch('password')
  const submit = async (values: { password: string }) => {
    await send('POST', '/api/auth/password/reset', { token, ...values }).catch((e: unknown) => {
      if (linkFault(e) && !hasDetails(e)) onDead(e)
      throw e
    })
    // Every session of the person is over; that of somebody else in this browser is not, and will be asked about.
    if (hasSession(qc)) dropSession(qc)
    tellTabs({ type: 'ended' })
    onDone()
  }
  return (
    <Form form={form} onSubmit={submit} className="mt-6 flex flex-col gap-4">
      {/* for password managers */}
      <input type="email" autoComplete="username" value={email} readOnly hidden />
      <FormField form={form} name="password" label={t('reset.password')} hint={<PasswordStrength value={password} />}>
        {(f) => <PasswordInput {...f} size="lg" autoComplete="new-password" autoFocus />}
      </FormField>
      <FormError />
      <Send>{t('reset.submit')}</Send>
    </Form>
  )
}
const hasDetails = (e: unknown) => (e as { details?: unknown[] }).details?.length !== 0

function DeadLink({ fault }: { fault: 'used' | 'expired' | 'unknown' }) {
  const { t } = useTranslation('recovery')
  return (
    <AuthLayout title={t(`dead.${fault}`)} text={t(`dead.${fault}Text`)}>
      <div className="mt-6 flex flex-col gap-4">
        <Link to="/auth/$step" params={{ step: 'forgot' }} className={`${buttonCls('primary', 'xl')} w-full`}>
          {t('dead.again')}
        </Link>
      </div>
      <BackToSignIn />
    </AuthLayout>
  )
}
