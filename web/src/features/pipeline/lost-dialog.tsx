import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/shared/ui/button'
import { Dialog } from '@/shared/ui/dialog'
import { Field } from '@/shared/ui/field'
import { Textarea } from '@/shared/ui/input'

const USUAL = ['price', 'silent', 'competitor', 'later'] as const
type LostDialogProps = { count: number; stage: string; onLost: (reason: string) => void; onClose: () => void }
/** Why the deal was lost. Without a reason it is not. */
export default function LostDialog({ count, stage, onLost, onClose }: LostDialogProps) {
  const { t } = useTranslation('pipeline')
  const { t: tc } = useTranslation()
  const [reason, setReason] = useState('')
  const [missing, setMissing] = useState(false)
  const submit = () => {
    if (!reason.trim()) return setMissing(true)
    onLost(reason.trim())
  }
  return (
    <Dialog
      open
      size="sm"
      onOpenChange={(open) => !open && onClose()}
      title={t('lost.title', { count, stage })}
      footer={
        <>
          <Button size="md" onClick={onClose}>
            {tc('action.cancel')}
          </Button>
          <Button size="md" variant="primary" onClick={submit}>
            {t('lost.action')}
          </Button>
        </>
      }
    >
      <Field label={t('field.lostReason')} required error={missing && tc('validation.required')}>
        <Textarea
          rows={3}
          maxLength={500}
          value={reason}
          onChange={(e) => {
            setReason(e.target.value)
            setMissing(false)
          }}
          onKeyDown={(e) => e.key === 'Enter' && (e.metaKey || e.ctrlKey) && submit()}
        />
      </Field>
      <div className="mt-2 flex flex-wrap gap-1.5">
        {USUAL.map((u) => (
          <Button key={u} size="xs" onClick={() => setReason(t(`lost.usual.${u}`))}>
            {t(`lost.usual.${u}`)}
          </Button>
        ))}
      </div>
    </Dialog>
  )
}
