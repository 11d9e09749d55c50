import { useTranslation } from 'react-i18next'
import { send } from '@/shared/api/call'
import { Form, FormError, FormField, useZodForm } from '@/shared/form/form'
import { isLocale } from '@/shared/i18n'
import { Input } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import { AuthLayout } from './auth-layout'
import { BackToSignIn } from './forgot-page'
import { organizationFrom } from './organization-name'
import { Send } from './send'

export type Registration = { token: string; email: string; name: string | null; expiresAt: string }
type Values = { name: string; organizationName: string }
const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone

type RegisterFormProps = { registration: Registration; onEntered: () => Promise<unknown> }
/** Nobody has the address that another service vouches for: an account is made once its owner has said so. */
export function RegisterForm({ registration, onEntered }: RegisterFormProps) {
  const { t, i18n } = useTranslation('recovery')
  const { t: ta } = useTranslation('auth')
  const { token, email, name } = registration
  const form = useZodForm(() => import('./schemas').then((m) => m.zNewOrganization), {
    defaultValues: { name: name ?? '', organizationName: organizationFrom(email) ?? '' },
  })
  const submit = async (values: Values) => {
    const locale = isLocale(i18n.language) ? i18n.language : undefined
    await send('POST', '/api/auth/oauth/register', { token, ...values, locale, timeZone })
    await onEntered()
  }
  return (
    <AuthLayout title={ta('signUp.title')} text={ta('signUp.text')}>
      <Form form={form} onSubmit={submit} className="mt-6 flex flex-col gap-4">
        <Notice>{t('federated.newText', { email })}</Notice>
        <FormField form={form} name="name" label={ta('field.name')}>
          {(f) => <Input {...f} size="lg" autoComplete="name" autoFocus />}
        </FormField>
        <FormField form={form} name="organizationName" label={ta('field.organization')}>
          {(f) => <Input {...f} size="lg" autoComplete="organization" />}
        </FormField>
        <FormError />
        <Send>{ta('signUp.submit')}</Send>
      </Form>
      <BackToSignIn />
    </AuthLayout>
  )
}
