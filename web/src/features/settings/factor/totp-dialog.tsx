import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TotpStart } from '@/shared/session/mfa-types'
import { Dialog } from '@/shared/ui/dialog'
import { BackupCodes } from './backup-codes'
import { TotpSetup } from './totp-setup'

/** Sets up an authenticator app; the codes for the day it is away come last and are not closed by chance. */
export default function TotpDialog({ start, onClose }: { start: TotpStart; onClose: (on: boolean) => void }) {
  const { t } = useTranslation('security')
  const [codes, setCodes] = useState<string[] | null>(null)
  return (
    <Dialog
      open
      size="sm"
      dismissible={!codes}
      onOpenChange={(open) => !open && !codes && onClose(false)}
      title={t(codes ? 'codes.title' : 'wizard.title')}
      description={t(codes ? 'codes.text' : 'wizard.text')}
    >
      {codes ? (
        <BackupCodes codes={codes} onKept={() => onClose(true)} />
      ) : (
        <TotpSetup start={start} onDone={setCodes} />
      )}
    </Dialog>
  )
}

export function CodesDialog({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const { t } = useTranslation('security')
  return (
    <Dialog
      open
      size="sm"
      dismissible={false}
      onOpenChange={() => {}}
      title={t('codes.title')}
      description={t('codes.text')}
    >
      <BackupCodes codes={codes} onKept={onClose} />
    </Dialog>
  )
}
