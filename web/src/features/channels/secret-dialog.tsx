import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/shared/session/use-format'
import { Button } from '@/shared/ui/button'
import { Dialog } from '@/shared/ui/dialog'
import { AddressField, SecretField } from './address-field'
import { ExampleBlock } from './example-block'

type SecretProps = {
  title: string
  address: string
  secret: string
  /** Until when the one before is taken as well. */
  previousUntil?: string | null
  onClose: () => void
}
/** The secret of a channel, this once. A press beside the window does not lose it. */
export function SecretDialog({ title, address, secret, previousUntil, onClose }: SecretProps) {
  const { t } = useTranslation('channels')
  const { dateTime } = useFormat()
  const [failed, setFailed] = useState(false)
  const onFailed = () => setFailed(true)
  return (
    <Dialog
      open
      dismissible={false}
      onOpenChange={() => {}}
      size="lg"
      title={title}
      description={t('openedText')}
      footer={
        <Button size="md" variant="primary" onClick={onClose}>
          {t('secretKept')}
        </Button>
      }
    >
      <div className="flex min-w-0 flex-col gap-4">
        <SecretField secret={secret} onFailed={onFailed} />
        {previousUntil && <p className="text-sm text-muted">{t('previousUntil', { date: dateTime(previousUntil) })}</p>}
        <AddressField address={address} onFailed={onFailed} />
        {failed && <p className="text-xs text-danger">{t('copyByHand')}</p>}
        <ExampleBlock address={address} secret={secret} onFailed={onFailed} />
      </div>
    </Dialog>
  )
}
