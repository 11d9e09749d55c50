import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/shared/ui/button'
import { CopiedField } from '@/shared/ui/copied-field'
import { Dialog } from '@/shared/ui/dialog'
import { Example } from './example'

/** The key, this once. A press beside the window does not lose it. */
export function SecretDialog({ name, secret, onClose }: { name: string; secret: string; onClose: () => void }) {
  const { t } = useTranslation('access')
  const [failed, setFailed] = useState(false)
  return (
    <Dialog
      open
      dismissible={false}
      onOpenChange={() => {}}
      title={t('keys.secretTitle', { name })}
      description={t('keys.secretText')}
      footer={
        <Button size="md" variant="primary" onClick={onClose}>
          {t('keys.kept')}
        </Button>
      }
    >
      <div className="flex min-w-0 flex-col gap-4">
        <CopiedField label={t('keys.key')} value={secret} onFailed={() => setFailed(true)} />
        {failed && <p className="text-xs text-danger">{t('keys.copyByHand')}</p>}
        <Example apiKey={secret} />
      </div>
    </Dialog>
  )
}
