import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { Theme } from '@/api/gen/types.gen'
import { cn } from '@/shared/lib/cn'
import { usePreferences } from '@/shared/session/preferences'
import { useSession } from '@/shared/session/session'
import { THEMES } from '@/shared/theme/theme'
import './theme-cards.css'

/** The app in miniature, in the colours of a theme. */
function Miniature({ theme }: { theme: 'light' | 'dark' }) {
  const bar = 'h-1 rounded-full bg-line-strong'
  return (
    <span data-theme={theme} aria-hidden className="flex h-full min-w-0 flex-1 gap-1.5 bg-canvas p-2">
      <span className="flex w-1/4 flex-col gap-1.5 pt-1">
        <span className="size-2.5 rounded-xs bg-accent" />
        <span className={bar} />
        <span className={cn(bar, 'w-3/4')} />
        <span className={bar} />
      </span>
      <span className="flex min-w-0 flex-1 flex-col gap-1.5 rounded-sm bg-surface p-1.5 shadow-panel">
        <span className={cn(bar, 'w-1/2 bg-control!')} />
        <span className="flex gap-1">
          <span className="h-5 flex-1 rounded-xs bg-card shadow-card" />
          <span className="h-5 flex-1 rounded-xs bg-card shadow-card" />
        </span>
        <span className={bar} />
        <span className={cn(bar, 'w-2/3')} />
      </span>
    </span>
  )
}

/** Native radios under pictures. */
export function ThemeCards() {
  const { t } = useTranslation('settings')
  const { t: tc } = useTranslation()
  const { user } = useSession()
  const { save } = usePreferences()
  const name = useId()
  const label = (v: Theme) => tc(`theme.${v}`)
  return (
    <fieldset>
      <legend className="text-sm font-medium">{tc('theme.label')}</legend>
      <p className="mt-0.5 mb-3 text-xs text-subtle">{t('preferences.themeHint')}</p>
      <div className="grid grid-cols-3 gap-3">
        {THEMES.map((v) => (
          <label key={v} className="theme-card relative flex flex-col gap-2 text-sm font-medium">
            <input
              type="radio"
              name={name}
              value={v}
              checked={user.theme === v}
              onChange={() => save({ theme: v })}
              className="absolute inset-0 m-0 appearance-none outline-none"
            />
            <span className="flex h-20 overflow-hidden rounded-lg sm:h-24">
              {v === 'system' ? (
                <>
                  <Miniature theme="light" />
                  <Miniature theme="dark" />
                </>
              ) : (
                <Miniature theme={v} />
              )}
            </span>
            <span className="text-center">{label(v)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
