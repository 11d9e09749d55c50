import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { InboundChannel } from '@/api/gen/types.gen'
import { Button } from '@/shared/ui/button'
import { Dialog } from '@/shared/ui/dialog'
import { AddressField } from './address-field'
import { addressOf, SECRET_HOLE } from './example'
import { ExampleBlock } from './example-block'

const FIELDS = ['id', 'chat', 'sender', 'text', 'at', 'replyTo'] as const

/** How messages come in by a channel. The secret is not told again. */
export default function ChannelDialog({ channel, onClose }: { channel: InboundChannel; onClose: () => void }) {
  const { t } = useTranslation('channels')
  const { t: tc } = useTranslation()
  const [failed, setFailed] = useState(false)
  const address = addressOf(location.origin, channel.id)
  const onFailed = () => setFailed(true)
  return (
    <Dialog
      open
      onOpenChange={(o) => !o && onClose()}
      size="lg"
      title={channel.name}
      description={t('howText')}
      footer={
        <Button size="md" variant="primary" onClick={onClose}>
          {tc('action.close')}
        </Button>
      }
    >
      <div className="flex min-w-0 flex-col gap-4">
        <AddressField address={address} onFailed={onFailed} />
        {failed && <p className="text-xs text-danger">{t('copyByHand')}</p>}
        <ExampleBlock address={address} secret={SECRET_HOLE} onFailed={onFailed} />
        <p className="text-sm text-muted">{t('secretLost')}</p>
        <dl className="flex flex-col gap-2 text-sm">
          {FIELDS.map((f) => (
            <div key={f} className="flex gap-4">
              <dt className="w-24 shrink-0 font-mono text-xs text-subtle">{f}</dt>
              <dd className="min-w-0">{t(`field.${f}`)}</dd>
            </div>
          ))}
        </dl>
      </div>
    </Dialog>
  )
}
