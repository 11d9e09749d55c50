import { AlertDialog as Base } from '@base-ui/react/alert-dialog'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from './button'
import { backdropCls } from './dialog'
import { Field } from './field'
import { Input } from './input'

type AlertDialogProps = {
  open: boolean
  title: string
  description?: ReactNode
  action: string
  danger?: boolean
  typed?: string
  busy?: boolean
  cancel?: string | null
  onConfirm: () => void
  onCancel: () => void
}
/** A question that must be answered. Mostly used through `confirm()`. `cancel={null}` leaves only the action. */
export function AlertDialog({
  open,
  title,
  description,
  action,
  danger,
  typed,
  busy,
  cancel,
  onConfirm,
  onCancel,
}: AlertDialogProps) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  return (
    <Base.Root open={open} onOpenChange={(o) => !o && onCancel()} onOpenChangeComplete={(o) => !o && setText('')}>
      <Base.Portal>
        <Base.Backdrop className={backdropCls} />
        <Base.Popup className="popup-anim fixed inset-x-0 top-[22vh] z-50 mx-auto w-[min(420px,calc(100vw-24px))] rounded-xl bg-raised p-5 text-fg shadow-pop outline-none">
          <form
            onSubmit={(e) => {
              e.preventDefault()
              if (!typed || text.trim() === typed) onConfirm()
            }}
          >
            <Base.Title className="text-lg font-semibold tracking-[-0.01em] text-balance">{title}</Base.Title>
            {description && <Base.Description className="mt-1 text-sm text-muted">{description}</Base.Description>}
            {typed && (
              <Field label={t('ui.typeToConfirm', { value: typed })} className="mt-4">
                <Input value={text} onChange={(e) => setText(e.target.value)} autoComplete="off" />
              </Field>
            )}
            <div className="mt-5 flex flex-wrap justify-end gap-2">
              {cancel !== null && (
                <Button size="md" onClick={onCancel}>
                  {cancel ?? t('action.cancel')}
                </Button>
              )}
              <Button
                type="submit"
                size="md"
                variant={danger ? 'danger' : 'primary'}
                busy={busy}
                disabled={!!typed && text.trim() !== typed}
              >
                {action}
              </Button>
            </div>
          </form>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
