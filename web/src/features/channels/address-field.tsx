import { useTranslation } from 'react-i18next'
import { CopiedField } from '@/shared/ui/copied-field'

export function AddressField({ address, onFailed }: { address: string; onFailed: () => void }) {
  const { t } = useTranslation('channels')
  return <CopiedField label={t('address')} value={address} onFailed={onFailed} />
}
export function SecretField({ secret, onFailed }: { secret: string; onFailed: () => void }) {
  const { t } = useTranslation('channels')
  return <CopiedField label={t('secret')} value={secret} onFailed={onFailed} />
}
