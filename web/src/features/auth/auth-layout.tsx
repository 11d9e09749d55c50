import { Moon, Sun } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { LOCALES, type Locale } from '@/shared/i18n'
import { useTitle } from '@/shared/lib/use-title'
import { useTheme } from '@/shared/theme/theme'
import { Button } from '@/shared/ui/button'
import { Logo } from '@/shared/ui/logo'
import { Segmented } from '@/shared/ui/segmented'
import { choose } from './device-choice'

/** The card on dotted paper that every page before sign-in shares, with what a visitor may want to change first. */
export function AuthLayout({ title, text, children }: { title: string; text?: ReactNode; children?: ReactNode }) {
  useTitle(title)
  return (
    <div className="relative flex h-full flex-col overflow-auto bg-canvas">
      <div
        aria-hidden
        className="pointer-events-none fixed inset-0 bg-[radial-gradient(circle_at_1px_1px,var(--faint)_0.8px,transparent_0)] mask-[radial-gradient(circle_at_center,black,transparent_60%)] bg-size-[22px_22px]"
      />
      <header className="relative flex shrink-0 items-center justify-end gap-1.5 p-3 md:p-4">
        <LanguageSwitch />
        <ThemeSwitch />
      </header>
      <main className="relative grid flex-1 place-items-center px-4 pt-1 pb-8 md:pb-16">
        <div className="w-full max-w-[392px] rounded-xl bg-surface p-6 shadow-pop sm:p-8">
          <Logo size={40} />
          <h1 className="mt-5 text-xl font-semibold tracking-[-0.015em] text-balance">{title}</h1>
          {text && <p className="mt-1 text-base text-balance text-muted">{text}</p>}
          {children}
        </div>
      </main>
    </div>
  )
}

function LanguageSwitch() {
  const { t, i18n } = useTranslation()
  return (
    <Segmented<Locale>
      label={t('language.label')}
      value={i18n.language as Locale}
      onValueChange={(locale) => choose({ locale })}
      options={LOCALES.map((l) => ({ value: l, label: t(`language.${l}`) }))}
    />
  )
}

function ThemeSwitch() {
  const { t } = useTranslation()
  const other = useTheme((s) => (s.resolved === 'dark' ? 'light' : 'dark'))
  const label = `${t('theme.label')}: ${t(`theme.${other}`)}`
  return (
    <Button variant="ghost" size="icon-lg" aria-label={label} title={label} onClick={() => choose({ theme: other })}>
      {other === 'light' ? <Sun size={16} /> : <Moon size={16} />}
    </Button>
  )
}
