import { useQueryClient } from '@tanstack/react-query'
import { useLocation, useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { getSession, signIn, switchOrganization } from '@/api/gen/sdk.gen'
import { zSignIn } from '@/api/gen/zod.gen'
import { ChallengeForm } from '@/features/auth/challenge-form'
import { LockedNotice } from '@/features/auth/locked-notice'
import { type ApiError, isApiError } from '@/shared/api/errors'
import { Form, FormError, FormField, SubmitButton, useZodForm } from '@/shared/form/form'
import type { Challenge } from '@/shared/session/mfa-types'
import { useSession } from '@/shared/session/session'
import { setSession, useSessionExpired } from '@/shared/session/session-query'
import { tellTabs } from '@/shared/session/tabs'
import { Avatar } from '@/shared/ui/avatar'
import { Button } from '@/shared/ui/button'
import { Dialog } from '@/shared/ui/command'
import { PasswordInput } from '@/shared/ui/input'
import { leave } from './api'

/** A session that ended under an open page: the password opens it again in place, with everything that was typed still there. */
export default function SignInAgain() {
  const { t } = useTranslation('shell')
  return (
    <Dialog.Root open disablePointerDismissal>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-60 bg-scrim backdrop-blur-xs" />
        <Dialog.Popup className="popup-anim fixed inset-x-0 top-[max(16px,18vh)] z-65 mx-auto w-[min(400px,calc(100vw-24px))] rounded-xl bg-raised p-5 text-fg shadow-pop outline-none sm:p-6">
          <Dialog.Title className="text-lg font-semibold tracking-[-0.01em]">{t('expired.title')}</Dialog.Title>
          <Dialog.Description className="mt-1 text-sm text-muted">{t('expired.text')}</Dialog.Description>
          <Question />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** The same person in the same organization as before, or null. */
async function reopen(userId: string, organizationId: string) {
  const { data } = await getSession({ throwOnError: true })
  if (data.user.id !== userId) return null // one address may have several accounts
  if (data.organization.id === organizationId) return data
  await switchOrganization({ path: { id: organizationId } })
  return (await getSession({ throwOnError: true })).data
}

function Question() {
  const { t } = useTranslation('shell')
  const { t: tc } = useTranslation()
  const { user, organization } = useSession()
  const qc = useQueryClient()
  const router = useRouter()
  const here = useLocation({ select: (l) => l.href })
  const form = useZodForm(zSignIn, { defaultValues: { email: user.email, password: '' }, required: ['password'] })
  const [challenge, setChallenge] = useState<Challenge | null>(null)
  const [locked, setLocked] = useState<ApiError | null>(null)
  const goOn = async () => {
    const session = await reopen(user.id, organization.id)
    if (!session) return location.assign('/')
    setSession(qc, session)
    tellTabs({ type: 'opened', userId: user.id, organizationId: organization.id })
    useSessionExpired.getState().set(false)
    await Promise.all([qc.invalidateQueries(), router.invalidate()])
  }
  const submit = async (body: { email: string; password: string }) => {
    try {
      const { data } = await signIn({ body, throwOnError: true })
      if ('challenge' in data) setChallenge(data.challenge as Challenge)
      else await goOn()
    } catch (e) {
      if (!isApiError(e) || e.code !== 'auth.locked') throw e
      setLocked(e)
    }
  }
  const onBack = () => {
    form.resetField('password')
    setChallenge(null)
    setLocked(null)
  }
  if (challenge) return <ChallengeForm challenge={challenge} onEntered={goOn} onBack={onBack} />
  if (locked) return <LockedNotice error={locked} onBack={onBack} />
  return (
    <Form form={form} onSubmit={submit} className="mt-4 flex flex-col gap-4">
      <div className="flex items-center gap-3 rounded-lg bg-sunken px-3 py-2.5">
        <Avatar name={user.name} size={32} />
        <span className="min-w-0">
          <span className="block truncate text-sm font-medium">{user.name}</span>
          <span className="block truncate text-xs text-subtle">{user.email}</span>
        </span>
      </div>
      {/* for password managers */}
      <input type="email" autoComplete="username" value={user.email} readOnly hidden />
      <FormField form={form} name="password" label={t('expired.password')}>
        {(f) => <PasswordInput {...f} size="lg" autoComplete="current-password" />}
      </FormField>
      <FormError />
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Button size="md" variant="ghost" className="-ml-2" onClick={() => void leave(qc, router, here)}>
          {t('expired.other')}
        </Button>
        <SubmitButton>{tc('action.continue')}</SubmitButton>
      </div>
    </Form>
  )
}
