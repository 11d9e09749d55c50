import { useTranslation } from 'react-i18next'
import { zOrganizationInput } from '@/api/gen/zod.gen'
import { Form, FormError, FormField, SubmitButton, useZodForm } from '@/shared/form/form'
import { Button } from '@/shared/ui/button'
import { Dialog } from '@/shared/ui/dialog'
import { Input } from '@/shared/ui/input'
import { useCreateOrganization } from './api'
import { hide, useShell } from './overlays'

export default function NewOrganization() {
  const { t } = useTranslation('shell')
  const open = useShell((s) => s.open === 'newOrganization')
  return (
    <Dialog
      open={open}
      onOpenChange={(o) => !o && hide('newOrganization')}
      size="sm"
      title={t('organization.new')}
      description={t('organization.newText')}
    >
      <Fields />
    </Dialog>
  )
}

function Fields() {
  const { t } = useTranslation('shell')
  const { t: tc } = useTranslation()
  const create = useCreateOrganization()
  const form = useZodForm(zOrganizationInput, { defaultValues: { name: '' } })
  return (
    <Form
      form={form}
      className="flex flex-col gap-4 pb-1"
      onSubmit={async (body) => {
        const enter = await create(body)
        hide('newOrganization')
        enter()
      }}
    >
      <FormField form={form} name="name" label={t('organization.name')}>
        {(f) => <Input {...f} autoComplete="organization" />}
      </FormField>
      <FormError />
      <div className="flex justify-end gap-2">
        <Button size="md" onClick={() => hide('newOrganization')}>
          {tc('action.cancel')}
        </Button>
        <SubmitButton>{t('organization.create')}</SubmitButton>
      </div>
    </Form>
  )
}
