import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Webhook } from '@/api/gen/types.gen'
import { useFormat } from '@/shared/session/use-format'
import { Button } from '@/shared/ui/button'
import { Dialog } from '@/shared/ui/dialog'
import { Field } from '@/shared/ui/field'
import { Input } from '@/shared/ui/input'
import { RotateSecret } from '@/shared/ui/rotate-secret'
import type { WebhookChanges } from './api'

type SecretProps = { secret: string; previousUntil?: string | null; onClose: () => void }
/** The secret, this once. A press beside the window does not lose it. */
export default function SecretDialog({ secret, previousUntil, onClose }: SecretProps) {
  const { t } = useTranslation('webhooks')
  const { t: tc } = useTranslation()
  const { dateTime } = useFormat()
  const [copied, setCopied] = useState(false)
  const [failed, setFailed] = useState(false)
  const copy = () =>
    void navigator.clipboard.writeText(secret).then(
      () => setCopied(true),
      () => setFailed(true),
    )
  return (
    <Dialog
      open
      dismissible={false}
      onOpenChange={() => {}}
      title={t('secretTitle')}
      description={t('secretText')}
      footer={
        <Button size="md" variant="primary" onClick={onClose}>
          {t('secretKept')}
        </Button>
      }
    >
      <div className="flex items-end gap-2">
        <Field label={t('secret')} className="flex-1">
          <Input
            readOnly
            value={secret}
            className="bg-sunken! font-mono"
            onFocus={(e) => e.currentTarget.select()}
            autoComplete="off"
          />
        </Field>
        <Button size="md" onClick={copy} className="any-pointer-coarse:h-10">
          {copied ? <Check size={15} aria-hidden className="text-success" /> : <Copy size={15} aria-hidden />}
          {copied ? tc('ui.copied') : tc('action.copy')}
        </Button>
      </div>
      {failed && <p className="mt-2 text-xs text-danger">{t('copyByHand')}</p>}
      {previousUntil && (
        <p className="mt-3 text-sm text-muted">{t('previousUntil', { date: dateTime(previousUntil) })}</p>
      )}
    </Dialog>
  )
}

type RotateProps = { webhook: Webhook; changes: WebhookChanges; onClose: () => void }
/** A new secret; the former one may go on for a while. */
export function RotateDialog({ webhook, changes, onClose }: RotateProps) {
  const { t } = useTranslation('webhooks')
  const [made, setMade] = useState<{ secret: string; previousUntil: string | null } | null>(null)
  if (made) return <SecretDialog {...made} onClose={onClose} />
  return (
    <RotateSecret
      texts={{
        title: t('rotate'),
        text: t('rotateText'),
        action: t('rotateAction'),
        grace: t('grace'),
        graceHint: t('graceHint'),
        hours: (g) => t(`graceHours.${g}`),
      }}
      onRotate={async (hours) => setMade(await changes.rotate(webhook, hours))}
      onClose={onClose}
    />
  )
}
