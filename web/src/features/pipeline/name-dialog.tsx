import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/shared/ui/button'
import { Dialog } from '@/shared/ui/dialog'
import { Field } from '@/shared/ui/field'
import { Input } from '@/shared/ui/input'
import { Select } from '@/shared/ui/select'

const TEMPLATES = ['bd', 'insurance_new_business', 'insurance_renewal', 'empty'] as const
export type Template = (typeof TEMPLATES)[number]
type NameDialogProps = {
  title: string
  name: string
  /** A new pipeline starts with the stages of one. */
  withTemplate?: boolean
  onName: (name: string, template: Template) => Promise<void>
  onClose: () => void
}
/** The name of a pipeline, new or old. */
export default function NameDialog({ title, name, withTemplate, onName, onClose }: NameDialogProps) {
  const { t } = useTranslation('pipeline')
  const { t: tc } = useTranslation()
  const [text, setText] = useState(name)
  const [template, setTemplate] = useState<Template>('bd')
  const [busy, setBusy] = useState(false)
  const submit = async () => {
    if (!text.trim()) return
    setBusy(true)
    await onName(text.trim(), template)
    setBusy(false)
  }
  return (
    <Dialog
      open
      size="sm"
      title={title}
      onOpenChange={(o) => !o && onClose()}
      footer={
        <>
          <Button size="md" onClick={onClose}>
            {tc('action.cancel')}
          </Button>
          <Button size="md" variant="primary" type="submit" form="pipeline-name" busy={busy} disabled={!text.trim()}>
            {tc(name ? 'action.save' : 'action.create')}
          </Button>
        </>
      }
    >
      <form
        id="pipeline-name"
        className="flex flex-col gap-4"
        onSubmit={(e) => {
          e.preventDefault()
          void submit()
        }}
      >
        <Field label={t('pipelines.name')} required>
          <Input maxLength={100} value={text} autoComplete="off" onChange={(e) => setText(e.target.value)} />
        </Field>
        {withTemplate && (
          <Field label={t('pipelines.template')}>
            <Select
              value={template}
              onValueChange={setTemplate}
              options={TEMPLATES.map((x) => ({ value: x, label: t(`template.${x}`) }))}
            />
          </Field>
        )}
      </form>
    </Dialog>
  )
}
