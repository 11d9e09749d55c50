import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { errorMessage } from '@/shared/api/messages'
import { Button } from './button'
import { Dialog } from './dialog'
import { Field } from './field'
import { Notice } from './notice'
import { Select } from './select'

const GRACE = ['0', '1', '24', '72', '168'] as const
export type Grace = (typeof GRACE)[number]
type RotateProps = {
  texts: { title: string; text: string; action: string; grace: string; graceHint: string; hours: (g: Grace) => string }
  /** Makes the new secret; whoever asks shows it in place of this. */
  onRotate: (graceHours: number) => Promise<void>
  onClose: () => void
}
/** Asks for how long the former secret goes on. */
export function RotateSecret({ texts, onRotate, onClose }: RotateProps) {
  const { t } = useTranslation()
  const [grace, setGrace] = useState<Grace>('24')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    setBusy(true)
    try {
      await onRotate(Number(grace))
    } catch (e) {
      setError(errorMessage(e))
      setBusy(false)
    }
  }
  return (
    <Dialog
      open
      size="sm"
      onOpenChange={(o) => !o && onClose()}
      title={texts.title}
      description={texts.text}
      footer={
        <>
          <Button size="md" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button size="md" variant="primary" type="submit" form="rotate" busy={busy}>
            {texts.action}
          </Button>
        </>
      }
    >
      <form id="rotate" onSubmit={(e) => void submit(e)}>
        <Field label={texts.grace} hint={texts.graceHint}>
          <Select
            value={grace}
            onValueChange={setGrace}
            options={GRACE.map((value) => ({ value, label: texts.hours(value) }))}
          />
        </Field>
        <div role="alert">
          {error && (
            <Notice kind="error" className="mt-3">
              {error}
            </Notice>
          )}
        </div>
      </form>
    </Dialog>
  )
}
