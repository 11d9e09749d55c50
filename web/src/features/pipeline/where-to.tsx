import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/shared/ui/button'
import { Dialog } from '@/shared/ui/dialog'
import { Field } from '@/shared/ui/field'
import { type Option, Select } from '@/shared/ui/select'

type WhereToProps = {
  title: string
  text: string
  label: string
  options: readonly Option[]
  onPick: (to: string) => void
  onClose: () => void
}
/** Before what holds deals is deleted: where they go. */
export default function WhereTo({ title, text, label, options, onPick, onClose }: WhereToProps) {
  const { t } = useTranslation('pipeline')
  const { t: tc } = useTranslation()
  const [to, setTo] = useState(options[0]?.value ?? null)
  return (
    <Dialog
      open
      size="sm"
      title={title}
      description={text}
      onOpenChange={(o) => !o && onClose()}
      footer={
        <>
          <Button size="md" onClick={onClose}>
            {tc('action.cancel')}
          </Button>
          <Button size="md" variant="danger" disabled={!to} onClick={() => to && onPick(to)}>
            {t('whereTo.action')}
          </Button>
        </>
      }
    >
      <Field label={label}>
        <Select value={to} onValueChange={setTo} options={options} />
      </Field>
    </Dialog>
  )
}
