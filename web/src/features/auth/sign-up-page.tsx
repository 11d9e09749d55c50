import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SignUp } from '@/api/gen/types.gen'
import { Form, FormError, FormField, useZodForm } from '@/shared/form/form'
import { isLocale, loadTexts } from '@/shared/i18n'
import { Input, PasswordInput } from '@/shared/ui/input'
import { AuthLayout } from './auth-layout'
import { sdk, useSdkSoon } from './sdk'
import { Send } from './send'
import { useEnter } from './use-enter'

// What nobody needs before typing does not weigh on the first page.
const PasswordStrength = lazy(() =>
  import('@/shared/ui/password-strength').then((m) => ({ default: m.PasswordStrength })),
)
const FederatedButtons = lazy(() =>
  Promise.all([import('./federated-buttons'), loadTexts('recovery')]).then(([m]) => m),
)
const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone

export function SignUpPage({ next }: { next?: string }) {
  const { t, i18n } = useTranslation('auth')
  const enter = useEnter(next)
  useSdkSoon()
  const [suggested, setSuggested] = useState(false)
  const form = useZodForm(() => import('@/api/gen/zod.gen').then((m) => m.zSignUp), {
    defaultValues: { email: '', password: '', name: '', organizationName: '' },
  })
  const [password, email, name] = form.watch(['password', 'email', 'name'])
  /** Only while the field is empty or still holds the last suggestion. */
  const suggest = async () => {
    const { organizationFrom } = await import('./organization-name')
    if (form.getValues('organizationName') && !suggested) return
    const organizationName = organizationFrom(form.getValues('email'))
    if (!organizationName) return
    form.setValue('organizationName', organizationName, { shouldValidate: form.formState.isSubmitted })
    setSuggested(true)
  }
  const submit = async (values: SignUp) => {
    const locale = isLocale(i18n.language) ? i18n.language : undefined
    const { signUp } = await sdk()
    await signUp({ body: { ...values, locale, timeZone } })
    await enter()
  }
  return (
    <AuthLayout title={t('signUp.title')} text={t('signUp.text')}>
      <Form form={form} onSubmit={submit} className="mt-6 flex flex-col gap-4">
        <FormField form={form} name="name" label={t('field.name')}>
          {(f) => <Input {...f} size="lg" autoComplete="name" autoFocus />}
        </FormField>
        <FormField form={form} name="email" label={t('field.email')}>
          {(f) => (
            <Input
              {...f}
              size="lg"
              type="email"
              autoComplete="username"
              spellCheck={false}
              onBlur={() => {
                f.onBlur()
                void suggest()
              }}
            />
          )}
        </FormField>
        <FormField
          form={form}
          name="password"
          label={t('field.password')}
          hint={
            <Suspense fallback={<span className="block h-6.5" />}>
              <PasswordStrength value={password} personal={[email, name]} />
            </Suspense>
          }
        >
          {(f) => <PasswordInput {...f} size="lg" autoComplete="new-password" />}
        </FormField>
        <FormField
          form={form}
          name="organizationName"
          label={t('field.organization')}
          hint={suggested && t('field.suggested')}
        >
          {(f) => (
            <Input
              {...f}
              size="lg"
              autoComplete="organization"
              onChange={(e) => {
                setSuggested(false)
                f.onChange(e)
              }}
            />
          )}
        </FormField>
        <FormError />
        <Send>{t('signUp.submit')}</Send>
        <p className="text-xs text-subtle">{t('signUp.region', { zone: timeZone.replaceAll('_', ' ') })}</p>
      </Form>
      <Suspense>
        <FederatedButtons next={next} />
      </Suspense>
      <p className="mt-5 border-t border-line pt-4 text-sm text-muted">
        {t('signUp.haveAccount')}{' '}
        <Link to="/signin" search={{ next }} className="font-medium text-accent-text hover:underline">
          {t('toSignIn')}
        </Link>
      </p>
    </AuthLayout>
  )
}
