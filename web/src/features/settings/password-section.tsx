import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { listSessionsQueryKey } from '@/api/gen/@tanstack/react-query.gen'
import { changePassword } from '@/api/gen/sdk.gen'
import type { PasswordChange } from '@/api/gen/types.gen'
import { zPasswordChange } from '@/api/gen/zod.gen'
import { Form, FormError, FormField, SubmitButton, useZodForm } from '@/shared/form/form'
import { identitiesOptions } from '@/shared/session/federated'
import { useSession } from '@/shared/session/session'
import { buttonCls } from '@/shared/ui/button'
import { PasswordInput } from '@/shared/ui/input'
import { PasswordStrength } from '@/shared/ui/password-strength'
import { Section } from '@/shared/ui/section'
import { toast } from '@/shared/ui/toast'

export function PasswordSection() {
  const { t } = useTranslation('settings')
  const { user, organization } = useSession()
  const qc = useQueryClient()
  const form = useZodForm(zPasswordChange, {
    defaultValues: { currentPassword: '', newPassword: '' },
    required: ['currentPassword'],
  })
  const next = form.watch('newPassword')
  const identities = useQuery(identitiesOptions())
  const submit = async (body: PasswordChange) => {
    await changePassword({ body })
    form.reset()
    toast.success(t('security.changed'), t('security.changedText'))
    await qc.invalidateQueries({ queryKey: listSessionsQueryKey() })
  }
  if (identities.data?.hasPassword === false)
    return (
      <Section title={t('security.password')} text={t('security.noPassword')}>
        <Link to="/auth/$step" params={{ step: 'forgot' }} className={buttonCls('secondary', 'md')}>
          {t('security.setPassword')}
        </Link>
      </Section>
    )
  return (
    <Section title={t('security.password')} text={t('security.passwordText')}>
      <Form form={form} onSubmit={submit} className="flex flex-col gap-4">
        {/* for password managers */}
        <input type="email" autoComplete="username" value={user.email} readOnly hidden />
        <FormField form={form} name="currentPassword" label={t('security.current')}>
          {(f) => <PasswordInput {...f} autoComplete="current-password" />}
        </FormField>
        <FormField
          form={form}
          name="newPassword"
          label={t('security.new')}
          hint={<PasswordStrength value={next} personal={[user.name, user.email, organization.name]} />}
        >
          {(f) => <PasswordInput {...f} autoComplete="new-password" />}
        </FormField>
        <FormError />
        <div className="flex justify-end">
          <SubmitButton>{t('security.change')}</SubmitButton>
        </div>
      </Form>
    </Section>
  )
}
