import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { SignIn } from '@/api/gen/types.gen'
import { isApiError } from '@/shared/api/errors'
import { Form, FormError, FormField, useZodForm } from '@/shared/form/form'
import { Input, PasswordInput } from '@/shared/ui/input'
import { AuthLayout } from './auth-layout'
import { sdk, useSdkSoon } from './sdk'
import { Send } from './send'
import { useEnter } from './use-enter'

export function SignInPage({ next }: { next?: string }) {
  const { t } = useTranslation('auth')
  const enter = useEnter(next)
  useSdkSoon()
  const form = useZodForm(() => import('@/api/gen/zod.gen').then((m) => m.zSignIn), {
    defaultValues: { email: '', password: '' },
    required: ['email', 'password'],
  })
  const submit = async (body: SignIn) => {
    const { signIn } = await sdk()
    await signIn({ body }).catch((e: unknown) => {
      if (isApiError(e) && e.code === 'auth.credentials') form.setFocus('password', { shouldSelect: true })
      throw e
    })
    await enter()
  }
  return (
    <AuthLayout title={t('signIn.title')} text={t('signIn.text')}>
      <Form form={form} onSubmit={submit} className="mt-6 flex flex-col gap-4">
        <FormField form={form} name="email" label={t('field.email')}>
          {(f) => <Input {...f} size="lg" type="email" autoComplete="username" autoFocus spellCheck={false} />}
        </FormField>
        <FormField form={form} name="password" label={t('field.password')}>
          {(f) => <PasswordInput {...f} size="lg" autoComplete="current-password" />}
        </FormField>
        <FormError />
        <Send>{t('signIn.submit')}</Send>
      </Form>
      <p className="mt-6 text-sm text-muted">
        {t('signIn.noAccount')}{' '}
        <Link to="/signup" search={{ next }} className="font-medium text-accent-text hover:underline">
          {t('toSignUp')}
        </Link>
      </p>
    </AuthLayout>
  )
}
