import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Offer as Offered } from '@/api/gen/types.gen'
import { send } from '@/shared/api/call'
import { csrfToken } from '@/shared/api/csrf'
import { isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { forgetAll } from '@/shared/commands/recents'
import { Form, FormError, FormField, useZodForm } from '@/shared/form/form'
import { dropSession, hasSession, sessionOptions } from '@/shared/session/session-query'
import { tellTabs } from '@/shared/session/tabs'
import { useFormat } from '@/shared/session/use-format'
import { Button, buttonCls } from '@/shared/ui/button'
import { ErrorState } from '@/shared/ui/error-state'
import { Input, PasswordInput } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import { PasswordStrength } from '@/shared/ui/password-strength'
import { Skeleton } from '@/shared/ui/skeleton'
import { AuthLayout } from './auth-layout'
import { rememberAddress } from './device-choice'
import FederatedButtons from './federated-buttons'
import { BackToSignIn, ToSignIn } from './forgot-page'
import { acceptInvitation, joinByInvitation, offerOptions } from './invitation-api'
import { forgetInvitation, invitationToken } from './invitation-token'
import { linkFault, useToken } from './link'
import { Send } from './send'
import { useEnter } from './use-enter'

/** A link of a mail lets its owner into an organization: with a new account, or with the one they have. */
export function InvitationPage() {
  // Whoever signs out here goes on as a visitor: the page begins anew.
  const [round, setRound] = useState(0)
  return <Invitation key={round} onAgain={() => setRound(round + 1)} />
}

function Invitation({ onAgain }: { onAgain: () => void }) {
  const { t } = useTranslation('recovery')
  const hash = useToken()
  const [token] = useState(() => invitationToken(hash))
  const [late, setLate] = useState<unknown>(null)
  const offer = useQuery(offerOptions(token))
  const fault = token === '' ? 'unknown' : linkFault(late ?? offer.error)
  if (fault) return <DeadInvitation fault={fault} />
  if (offer.data) return <Offer token={token} offer={offer.data} onDead={setLate} onAgain={onAgain} />
  return (
    <AuthLayout title={t('invitation.checking')}>
      {offer.error ? (
        <ErrorState error={offer.error} onRetry={() => void offer.refetch()} busy={offer.isFetching} />
      ) : (
        <Waiting />
      )}
    </AuthLayout>
  )
}
function Waiting() {
  const { t } = useTranslation('recovery')
  return (
    <div role="status" aria-busy aria-label={t('checking')} className="mt-6 flex flex-col gap-4">
      <Skeleton className="h-3.5 w-40" />
      <Skeleton className="h-10 w-full" />
      <Skeleton className="h-10 w-full" />
    </div>
  )
}

type PartProps = { token: string; offer: Offered; onDead: (e: unknown) => void }
function Offer({ token, offer, onDead, onAgain }: PartProps & { onAgain: () => void }) {
  const { t } = useTranslation('recovery')
  const { day } = useFormat()
  const qc = useQueryClient()
  const [hasAccount, setHasAccount] = useState(offer.hasAccount)
  // A visitor without its cookie is not asked about: the answer would be an error.
  const maybe = hasSession(qc) || !!csrfToken()
  const session = useQuery({ ...sessionOptions(), enabled: maybe, retry: false })
  const me = session.data?.user
  const from = [
    offer.invitedBy && t('invitation.by', { name: offer.invitedBy }),
    t('invitation.for', { email: offer.email }),
  ]
  const layout = (children: ReactNode) => (
    <AuthLayout
      title={t('invitation.title', { organization: offer.organization })}
      text={from.filter(Boolean).join(' ')}
    >
      {children}
      <p className="mt-6 text-xs text-subtle">{t('invitation.until', { date: day(offer.expiresAt) })}</p>
    </AuthLayout>
  )
  if (maybe && session.isLoading) return layout(<Waiting />)
  if (me)
    return layout(
      me.email.toLowerCase() === offer.email.toLowerCase() ? (
        <Accept token={token} offer={offer} name={me.name} onDead={onDead} />
      ) : (
        <OtherPerson mine={me.email} email={offer.email} onOut={onAgain} />
      ),
    )
  if (hasAccount)
    return layout(
      <div className="mt-6 flex flex-col gap-4">
        <Notice>{t('invitation.signInText')}</Notice>
        <Link
          to="/signin"
          search={{ next: '/auth/invitation' }}
          onClick={() => rememberAddress(offer.email)}
          className={`${buttonCls('primary', 'xl')} w-full`}
        >
          {t('invitation.signIn')}
        </Link>
        <FederatedButtons invitation={token} />
      </div>,
    )
  return layout(<NewAccount token={token} offer={offer} onDead={onDead} onAccount={() => setHasAccount(true)} />)
}

function NewAccount({ token, offer, onDead, onAccount }: PartProps & { onAccount: () => void }) {
  const { t } = useTranslation('recovery')
  const enter = useEnter(undefined)
  const form = useZodForm(() => import('./schemas').then((m) => m.zNewPerson), {
    defaultValues: { name: '', password: '' },
    required: ['name', 'password'],
  })
  const password = form.watch('password')
  const submit = async (values: { name: string; password: string }) => {
    try {
      await acceptInvitation({ token, ...values })
    } catch (e) {
      if (isApiError(e) && e.code === 'invitation.sign_in') return onAccount()
      if (linkFault(e) && !hasDetails(e)) onDead(e)
      throw e
    }
    forgetInvitation()
    await enter()
  }
  return (
    <>
      <Form form={form} onSubmit={submit} className="mt-6 flex flex-col gap-4">
        {/* for password managers */}
        <input type="email" autoComplete="username" value={offer.email} readOnly hidden />
        <FormField form={form} name="name" label={t('invitation.name')}>
          {(f) => <Input {...f} size="lg" autoComplete="name" autoFocus maxLength={200} />}
        </FormField>
        <FormField
          form={form}
          name="password"
          label={t('invitation.password')}
          hint={<PasswordStrength value={password} />}
        >
          {(f) => <PasswordInput {...f} size="lg" autoComplete="new-password" />}
        </FormField>
        <FormError />
        <Send>{t('invitation.submit')}</Send>
      </Form>
      <FederatedButtons invitation={token} />
    </>
  )
}

function Accept({ token, offer, name, onDead }: PartProps & { name: string }) {
  const { t } = useTranslation('recovery')
  const qc = useQueryClient()
  const enter = useEnter(undefined)
  const accept = useMutation({
    mutationFn: async () => {
      await joinByInvitation(token)
      forgetInvitation()
      await enter()
    },
    onError: (e) => {
      if (linkFault(e)) onDead(e)
      // Another tab is somebody else by now: the page says so.
      else void qc.invalidateQueries({ queryKey: sessionOptions().queryKey })
    },
  })
  return (
    <div className="mt-6 flex flex-col gap-4">
      <p className="text-sm text-muted">
        {t('invitation.asYou', { name })} {t('invitation.stays')}
      </p>
      <div role="alert" className="empty:hidden">
        {accept.error && <Notice kind="error">{errorMessage(accept.error)}</Notice>}
      </div>
      <Button variant="primary" size="xl" className="w-full" busy={accept.isPending} onClick={() => accept.mutate()}>
        <span className="truncate">{t('invitation.accept', { organization: offer.organization })}</span>
      </Button>
    </div>
  )
}

function OtherPerson({ mine, email, onOut }: { mine: string; email: string; onOut: () => void }) {
  const { t } = useTranslation('recovery')
  const qc = useQueryClient()
  const out = useMutation({
    mutationFn: () => send('POST', '/api/auth/signout'),
    onSuccess: () => {
      forgetAll()
      tellTabs({ type: 'ended' })
      dropSession(qc)
      onOut()
    },
  })
  return (
    <div className="mt-6 flex flex-col gap-4">
      <Notice kind="warning">{t('invitation.other', { mine, email })}</Notice>
      <div role="alert" className="empty:hidden">
        {out.error && <Notice kind="error">{errorMessage(out.error)}</Notice>}
      </div>
      <Button variant="primary" size="xl" className="w-full" busy={out.isPending} onClick={() => out.mutate()}>
        {t('invitation.signOut')}
      </Button>
      <Link to="/" className={`${buttonCls('secondary', 'xl')} w-full`}>
        {t('invitation.open')}
      </Link>
    </div>
  )
}

function DeadInvitation({ fault }: { fault: 'used' | 'expired' | 'unknown' }) {
  const { t } = useTranslation('recovery')
  return (
    <AuthLayout title={t(`dead.${fault}`)} text={t(`invitation.dead.${fault}`)}>
      <div className="mt-6 flex flex-col gap-4">{fault === 'used' && <ToSignIn />}</div>
      {fault !== 'used' && <BackToSignIn />}
    </AuthLayout>
  )
}
const hasDetails = (e: unknown) => (e as { details?: unknown[] }).details?.length !== 0
