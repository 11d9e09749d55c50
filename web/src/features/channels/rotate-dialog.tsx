import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { InboundChannel, RotatedInboundSecret } from '@/api/gen/types.gen'
import { RotateSecret } from '@/shared/ui/rotate-secret'
import type { ChannelChanges } from './api'
import { addressOf } from './example'
import { SecretDialog } from './secret-dialog'

type RotateProps = { channel: InboundChannel; changes: ChannelChanges; onClose: () => void }
/** A new secret for a channel; the former one may be taken for a while. */
export default function RotateDialog({ channel, changes, onClose }: RotateProps) {
  const { t } = useTranslation('channels')
  const [made, setMade] = useState<RotatedInboundSecret | null>(null)
  if (made)
    return (
      <SecretDialog
        {...made}
        title={t('rotatedTitle', { name: channel.name })}
        address={addressOf(location.origin, channel.id)}
        onClose={onClose}
      />
    )
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
      onRotate={async (hours) => setMade(await changes.rotate(channel, hours))}
      onClose={onClose}
    />
  )
}
