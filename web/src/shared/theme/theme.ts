import { create } from 'zustand'
import type { Theme } from '@/api/gen/types.gen'

export const THEMES = ['system', 'light', 'dark'] as const satisfies readonly Theme[]
const KEY = 'rapport.theme' // also read by public/theme-init.js before first paint
const dark = () => matchMedia('(prefers-color-scheme: dark)')
const resolve = (t: Theme) => (t === 'system' ? (dark().matches ? 'dark' : 'light') : t)

function stored(): Theme {
  const t = localStorage.getItem(KEY)
  return t === 'light' || t === 'dark' ? t : 'system'
}

type State = { theme: Theme; resolved: 'light' | 'dark'; setTheme: (t: Theme) => void }
/** The choice (system/light/dark) and what it comes to on this screen. Saving it to the profile is the caller's business. */
export const useTheme = create<State>((set) => ({
  theme: stored(),
  resolved: resolve(stored()),
  setTheme: (theme) => {
    localStorage.setItem(KEY, theme)
    apply(theme)
    set({ theme, resolved: resolve(theme) })
  },
}))

function apply(t: Theme) {
  document.documentElement.dataset['theme'] = resolve(t)
}

/** Follows the system while the choice is `system`. Called once at start. */
export function watchSystemTheme() {
  dark().addEventListener('change', () => {
    const { theme } = useTheme.getState()
    if (theme === 'system') useTheme.getState().setTheme('system')
  })
}
