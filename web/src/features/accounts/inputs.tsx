import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { findMembers } from '@/shared/fields/find'
import { cn } from '@/shared/lib/cn'
import { Avatar } from '@/shared/ui/avatar'
import { Combobox } from '@/shared/ui/combobox'
import { Field } from '@/shared/ui/field'
import { Input } from '@/shared/ui/input'
import { Segmented } from '@/shared/ui/segmented'
import type { Option } from '@/shared/ui/select'
import { DAYS, PRESETS } from './model'
import { SpanSwitch } from './span-switch'
import type { Limits, Named, Preset, WorkingHours } from './types'

export const face = (o: Option): Option => ({ ...o, icon: <Avatar name={o.label} size={18} /> })
export const loadFaces = (q: string, signal: AbortSignal) => findMembers(q, signal).then((all) => all.map(face))

type OwnerProps = { value: Named | null; onValue: (v: Named | null) => void; error?: string }
export function OwnerInput({ value, onValue, error }: OwnerProps) {
  const { t } = useTranslation('accounts')
  return (
    <Field label={t('owner')} error={error}>
      <Combobox
        clearable={false}
        value={value && { value: value.id, label: value.name }}
        onValueChange={(o) => onValue(o && { id: o.value, name: o.label })}
        load={loadFaces}
      />
    </Field>
  )
}

const NUMBERS = ['messagesPerMinute', 'messagesPerDay', 'firstContactsPerDay'] as const
const MOST = { messagesPerMinute: 60, messagesPerDay: 5000, firstContactsPerDay: 500 } as const
type LimitsProps = { value: Limits; onValue: (v: Limits) => void; disabled?: boolean; error?: string }
/** How much an account may do: a choice, or numbers of one's own. */
export function LimitsInput({ value, onValue, disabled, error }: LimitsProps) {
  const { t } = useTranslation('accounts')
  const custom = value.preset === 'custom'
  return (
    <div className="flex flex-col gap-3">
      <span className="text-sm font-medium">{t('limits')}</span>
      <Segmented<Preset>
        label={t('limits')}
        disabled={disabled}
        value={value.preset}
        onValueChange={(preset) => onValue(preset === 'custom' ? { ...value, preset } : { preset, ...PRESETS[preset] })}
        options={(['careful', 'normal', 'custom'] as const).map((p) => ({ value: p, label: t(`preset.${p}`) }))}
        className="w-full sm:w-auto"
      />
      <p className="text-xs text-subtle">{t(`presetText.${value.preset}`)}</p>
      <div className="grid grid-cols-3 gap-3">
        {NUMBERS.map((n) => (
          <Field key={n} label={t(`limit.${n}`)}>
            <Input
              type="number"
              inputMode="numeric"
              min={0}
              max={MOST[n]}
              disabled={disabled || !custom}
              value={value[n]}
              onChange={(e) =>
                onValue({ ...value, [n]: Math.min(MOST[n], Math.max(0, Math.round(Number(e.target.value)))) })
              }
            />
          </Field>
        ))}
      </div>
      {error && (
        <p role="alert" className="text-xs text-danger">
          {error}
        </p>
      )}
    </div>
  )
}

type HoursProps = { value: WorkingHours; onValue: (v: WorkingHours) => void; disabled?: boolean; error?: string }
/** When an account writes. Answers may go out at any time; what is planned waits. */
export function HoursInput({ value, onValue, disabled, error }: HoursProps) {
  const { t } = useTranslation('accounts')
  const id = useId()
  const set = (change: Partial<WorkingHours>) => onValue({ ...value, ...change })
  return (
    <div className="flex flex-col gap-3">
      <SpanSwitch
        value={value}
        onValue={set}
        disabled={disabled}
        texts={{ title: t('hours'), hint: t('hoursHint'), from: t('from'), to: t('to') }}
      />
      {value.enabled && (
        <>
          <fieldset disabled={disabled} className="flex flex-wrap gap-1">
            <legend className="sr-only">{t('days')}</legend>
            {DAYS.map((d) => {
              const on = value.days.includes(d)
              return (
                <label
                  key={d}
                  htmlFor={`${id}${d}`}
                  className={cn(
                    'relative grid h-8 place-items-center rounded-md px-2.5 text-sm font-medium any-pointer-coarse:h-10 has-focus-visible:outline-2 has-focus-visible:outline-ring',
                    on ? 'bg-accent text-accent-fg' : 'bg-active text-muted',
                  )}
                >
                  <input
                    id={`${id}${d}`}
                    type="checkbox"
                    checked={on}
                    onChange={() => set({ days: on ? value.days.filter((x) => x !== d) : [...value.days, d].sort() })}
                    className="absolute inset-0 m-0 appearance-none outline-none"
                  />
                  {t(`day.${d}`)}
                </label>
              )
            })}
          </fieldset>
          <p className="text-xs text-subtle">{t('zone', { zone: value.timeZone })}</p>
        </>
      )}
      {error && (
        <p role="alert" className="text-xs text-danger">
          {error}
        </p>
      )}
    </div>
  )
}
