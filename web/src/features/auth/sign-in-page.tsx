import { Link } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SignIn } from '@/api/gen/types.gen'
import { isApiError } from '@/shared/api/errors'
import { Form, FormError, FormField, useZodForm } from '@/shared/form/form'
import { loadTexts } from '@/shared/i18n'
import type { Challenge } from '@/shared/session/mfa-types'
import { Input, PasswordInput } from '@/shared/ui/input'
import { AuthLayout } from './auth-layout'
import { rememberAddress, rememberedAddress } from './device-choice'
import { sdk, useSdkSoon } from './sdk'
import { Send } from './send'
import { useEnter } from './use-enter'

// What may come after the password weighs on nobody's first page.
const steps = () => Promise.all([import('./sign-in-steps'), loadTexts('recovery')]).then(([m]) => m)
const PasskeySignIn = lazy(() => Promise.all([import('./passkey-sign-in'), loadTexts('recovery')]).then(([m]) => m))
const FederatedButtons = lazy(() =>
  Promise.all([import('./federated-buttons'), loadTexts('recovery')]).then(([m]) => m),
)

export function SignInPage({ next }: { next?: string }) {
  const { t } = useTranslation('auth')
  const enter = useEnter(next)
  useSdkSoon()
  const form = useZodForm(() => import('@/api/gen/zod.gen').then((m) => m.zSignIn), {
    defaultValues: { email: rememberedAddress(), password: '' },
    required: ['email', 'password'],
  })
  const [step, setStep] = useState<ReactNode>(null)
  const onBack = () => {
    form.resetField('password')
    setStep(null)
  }
  const submit = async (body: SignIn) => {
    const { signIn } = await sdk()
    const answer = await signIn({ body }).catch(async (e: unknown) => {
      if (!isApiError(e)) throw e
      if (e.code === 'auth.credentials') form.setFocus('password', { shouldSelect: true })
      if (e.code !== 'auth.locked') throw e
      return { locked: e }
    })
    const challenge = 'data' in answer && (answer.data as { challenge?: Challenge } | undefined)?.challenge
    if ('locked' in answer || challenge) {
      const { SignInStep } = await steps()
      const what = 'locked' in answer ? answer : { challenge: challenge as Challenge, onEntered: enter }
      return setStep(<SignInStep {...what} onBack={onBack} />)
    }
    await enter()
  }
  if (step) return step
  return (
    <AuthLayout title={t('signIn.title')} text={t('signIn.text')}>
      <Form form={form} onSubmit={submit} className="mt-6 flex flex-col gap-4">
        <FormField form={form} name="email" label={t('field.email')}>
          {(f) => <Input {...f} size="lg" type="email" autoComplete="username webauthn" autoFocus spellCheck={false} />}
        </FormField>
        <FormField
          form={form}
          name="password"
          label={t('field.password')}
          aside={
            <Link
              to="/auth/$step"
              params={{ step: 'forgot' }}
              onClick={() => rememberAddress(form.getValues('email'))}
              className="font-medium text-accent-text hover:underline"
            >
              {t('forgot')}
            </Link>
          }
        >
          {(f) => <PasswordInput {...f} size="lg" autoComplete="current-password" />}
        </FormField>
        <FormError />
        <Send>{t('signIn.submit')}</Send>
      </Form>
      {'PublicKeyCredential' in window && (
        <Suspense fallback={<div className="mt-4 h-10" />}>
          <PasskeySignIn onEntered={enter} />
        </Suspense>
      )}
      <Suspense>
        <FederatedButtons next={next} />
      </Suspense>
      <p className="mt-6 text-sm text-muted">
        {t('signIn.noAccount')}{' '}
        <Link to="/signup" search={{ next }} className="font-medium text-accent-text hover:underline">
          {t('toSignUp')}
        </Link>
      </p>
    </AuthLayout>
  )
}
