import type { Locale, Theme } from '@/api/gen/types.gen'
import { setLocale } from '@/shared/i18n'
import { useTheme } from '@/shared/theme/theme'

// What was chosen on a page before sign-in is meant for the account as well: it is saved there once somebody is in.
let chosen: { locale?: Locale; theme?: Theme } = {}

export function choose(choice: { locale?: Locale; theme?: Theme }) {
  chosen = { ...chosen, ...choice }
  if (choice.theme) useTheme.getState().setTheme(choice.theme)
  if (choice.locale) void setLocale(choice.locale)
}

/** The part that differs from the profile, once. */
export function takeChoice(user: { locale: Locale; theme: Theme }): typeof chosen | null {
  const { locale, theme } = chosen
  chosen = {}
  const differs = {
    ...(locale && locale !== user.locale && { locale }),
    ...(theme && theme !== user.theme && { theme }),
  }
  return Object.keys(differs).length > 0 ? differs : null
}

/** The address that was typed on the page before, so that nobody types it twice. */
let typed = ''
export const rememberAddress = (address: string) => {
  typed = address
}
export const rememberedAddress = () => typed
