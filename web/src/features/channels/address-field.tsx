import { useTranslation } from 'react-i18next'
import { Field } from '@/shared/ui/field'
import { Input } from '@/shared/ui/input'
import { CopyButton } from './copy-button'

type FieldProps = { label: string; value: string; onFailed: () => void }
function Copied({ label, value, onFailed }: FieldProps) {
  return (
    <div className="flex items-end gap-2">
      <Field label={label} className="flex-1">
        <Input
          readOnly
          value={value}
          className="bg-sunken! font-mono"
          onFocus={(e) => e.currentTarget.select()}
          autoComplete="off"
        />
      </Field>
      <CopyButton text={value} label={label} onFailed={onFailed} className="any-pointer-coarse:h-10" />
    </div>
  )
}

export function AddressField({ address, onFailed }: { address: string; onFailed: () => void }) {
  const { t } = useTranslation('channels')
  return <Copied label={t('address')} value={address} onFailed={onFailed} />
}
export function SecretField({ secret, onFailed }: { secret: string; onFailed: () => void }) {
  const { t } = useTranslation('channels')
  return <Copied label={t('secret')} value={secret} onFailed={onFailed} />
}
