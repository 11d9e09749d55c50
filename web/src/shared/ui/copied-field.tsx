import { CopyButton } from './copy-button'
import { Field } from './field'
import { Input } from './input'

type FieldProps = { label: string; value: string; onFailed: () => void }
/** A text to be taken elsewhere: a secret, an address, a link. */
export function CopiedField({ label, value, onFailed }: FieldProps) {
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
