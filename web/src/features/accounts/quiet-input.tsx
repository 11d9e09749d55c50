import { useTranslation } from 'react-i18next'
import { ChoiceRow } from '@/shared/ui/choice-row'
import { Field } from '@/shared/ui/field'
import { Input } from '@/shared/ui/input'
import { Switch } from '@/shared/ui/switch'
import { isSpan, overMidnight, type Quiet } from './quiet-model'

type QuietProps = { value: Quiet; onValue: (v: Quiet) => void; zone: string; disabled?: boolean; error?: string }
/** When an account is silent: answers wait as well. */
export function QuietInput({ value, onValue, zone, disabled, error }: QuietProps) {
  const { t } = useTranslation('accounts')
  const set = (change: Partial<Quiet>) => onValue({ ...value, ...change })
  const problem = error ?? (value.enabled && !isSpan(value) ? t('quiet.same') : undefined)
  return (
    <div className="flex flex-col gap-3">
      <ChoiceRow label={<span className="font-medium">{t('quiet.title')}</span>} hint={t('quiet.hint')} end>
        {(control) => (
          <Switch
            {...control}
            disabled={disabled}
            checked={value.enabled}
            onCheckedChange={(enabled) => set({ enabled })}
          />
        )}
      </ChoiceRow>
      {value.enabled && (
        <>
          <div className="flex flex-wrap gap-3">
            <Field label={t('quiet.from')} className="w-32">
              <Input
                type="time"
                disabled={disabled}
                value={value.from}
                onChange={(e) => set({ from: e.target.value })}
              />
            </Field>
            <Field label={t('quiet.to')} className="w-32">
              <Input type="time" disabled={disabled} value={value.to} onChange={(e) => set({ to: e.target.value })} />
            </Field>
          </div>
          <p className="text-xs text-subtle">
            {[overMidnight(value) && t('quiet.overMidnight'), t('zone', { zone })].filter(Boolean).join(' · ')}
          </p>
        </>
      )}
      {problem && (
        <p role="alert" className="text-xs text-danger">
          {problem}
        </p>
      )}
    </div>
  )
}
