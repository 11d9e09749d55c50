import { useTranslation } from 'react-i18next'
import { isSpan, overMidnight, type Quiet } from './quiet-model'
import { SpanSwitch } from './span-switch'

type QuietProps = { value: Quiet; onValue: (v: Quiet) => void; zone: string; disabled?: boolean; error?: string }
/** When an account is silent: answers wait as well. */
export function QuietInput({ value, onValue, zone, disabled, error }: QuietProps) {
  const { t } = useTranslation('accounts')
  const set = (change: Partial<Quiet>) => onValue({ ...value, ...change })
  const problem = error ?? (value.enabled && !isSpan(value) ? t('quiet.same') : undefined)
  return (
    <div className="flex flex-col gap-3">
      <SpanSwitch
        value={value}
        onValue={set}
        disabled={disabled}
        texts={{ title: t('quiet.title'), hint: t('quiet.hint'), from: t('quiet.from'), to: t('quiet.to') }}
      />
      {value.enabled && (
        <p className="text-xs text-subtle">
          {[overMidnight(value) && t('quiet.overMidnight'), t('zone', { zone })].filter(Boolean).join(' · ')}
        </p>
      )}
      {problem && (
        <p role="alert" className="text-xs text-danger">
          {problem}
        </p>
      )}
    </div>
  )
}
