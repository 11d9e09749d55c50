import { Network, Zap } from 'lucide-react'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { MODES, MOST_PEOPLE } from './rehearsal-model'
import type { RehearsalMode } from './types'

export const MODE_ICONS = { quick: Zap, network: Network } as const

type Props = { value: RehearsalMode; onValue: (mode: RehearsalMode) => void }
/** How a rehearsal is played: at once, or as it would be sent. */
export function ModeSwitch({ value, onValue }: Props) {
  const { t } = useTranslation('campaigns')
  const group = useId()
  return (
    <fieldset className="min-w-0">
      <legend className="sr-only">{t('rehearse.mode.label')}</legend>
      <div className="grid gap-2 sm:grid-cols-2">
        {MODES.map((mode) => {
          const Icon = MODE_ICONS[mode]
          return (
            <label
              key={mode}
              className="relative flex items-start gap-3 rounded-lg p-3 shadow-card has-checked:bg-accent-soft has-checked:outline-2 has-checked:outline-accent has-focus-visible:outline-2 has-focus-visible:outline-ring"
            >
              <input
                type="radio"
                name={group}
                value={mode}
                aria-labelledby={`${group}${mode}`}
                aria-describedby={`${group}${mode}d`}
                checked={value === mode}
                onChange={() => onValue(mode)}
                className="absolute inset-0 m-0 appearance-none outline-none"
              />
              <Icon size={17} strokeWidth={1.75} aria-hidden className="mt-px shrink-0 text-accent-text" />
              <span className="min-w-0">
                <span id={`${group}${mode}`} className="block text-sm font-medium">
                  {t(`rehearse.mode.${mode}`, { most: MOST_PEOPLE[mode] })}
                </span>
                <span id={`${group}${mode}d`} className="block text-xs text-muted">
                  {t(`rehearse.mode.${mode}Text`, { most: MOST_PEOPLE[mode] })}
                </span>
              </span>
            </label>
          )
        })}
      </div>
    </fieldset>
  )
}
