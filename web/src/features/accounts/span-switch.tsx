import { ChoiceRow } from '@/shared/ui/choice-row'
import { Field } from '@/shared/ui/field'
import { Input } from '@/shared/ui/input'
import { Switch } from '@/shared/ui/switch'

type Span = { enabled: boolean; from: string; to: string }
type Props = {
  value: Span
  onValue: (change: Partial<Span>) => void
  disabled?: boolean
  texts: { title: string; hint: string; from: string; to: string }
}
/** Part of a day, switched on and off. */
export function SpanSwitch({ value, onValue, disabled, texts }: Props) {
  return (
    <>
      <ChoiceRow label={<span className="font-medium">{texts.title}</span>} hint={texts.hint} end>
        {(control) => (
          <Switch
            {...control}
            disabled={disabled}
            checked={value.enabled}
            onCheckedChange={(enabled) => onValue({ enabled })}
          />
        )}
      </ChoiceRow>
      {value.enabled && (
        <div className="flex flex-wrap gap-3">
          {(['from', 'to'] as const).map((end) => (
            <Field key={end} label={texts[end]} className="w-32">
              <Input
                type="time"
                disabled={disabled}
                value={value[end]}
                onChange={(e) => onValue({ [end]: e.target.value })}
              />
            </Field>
          ))}
        </div>
      )}
    </>
  )
}
