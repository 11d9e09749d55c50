import { useNavigate } from '@tanstack/react-router'
import { Languages, type LucideIcon, Moon, Search, Sun, SunMoon } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { LOCALES, setLocale } from '@/shared/i18n'
import { can, useSession } from '@/shared/session/session'
import { useTheme } from '@/shared/theme/theme'
import { Autocomplete, Dialog } from '@/shared/ui/command'
import { backdropCls } from '@/shared/ui/dialog'
import { Kbd } from '@/shared/ui/kbd'
import { ALL } from './navigation'

type Command = { id: string; label: string; icon: LucideIcon; run: () => void }
type Group = { value: string; items: Command[] }

function useCommands(): Group[] {
  const { t } = useTranslation('shell')
  const { t: tc } = useTranslation()
  const nav = useNavigate()
  const session = useSession()
  const setTheme = useTheme((s) => s.setTheme)
  const themes = { system: SunMoon, light: Sun, dark: Moon } as const
  return [
    {
      value: t('palette.goTo'),
      items: ALL.filter((i) => !i.needs || can(session, i.needs)).map((i) => ({
        id: i.id,
        label: t(`nav.${i.id}`),
        icon: i.icon,
        run: () => void nav({ to: i.to }),
      })),
    },
    {
      value: t('palette.appearance'),
      items: [
        ...(['system', 'light', 'dark'] as const).map((theme) => ({
          id: `theme-${theme}`,
          label: t('palette.theme', { theme: tc(`theme.${theme}`) }),
          icon: themes[theme],
          run: () => setTheme(theme),
        })),
        ...LOCALES.map((l) => ({
          id: `lang-${l}`,
          label: t('palette.language', { language: tc(`language.${l}`) }),
          icon: Languages,
          run: () => void setLocale(l),
        })),
      ],
    },
  ]
}

export default function CommandPalette({ open, onOpenChange }: { open: boolean; onOpenChange: (v: boolean) => void }) {
  const { t } = useTranslation('shell')
  const { t: tc } = useTranslation()
  const groups = useCommands()
  return (
    <Dialog.Root open={open} onOpenChange={(o) => onOpenChange(o)}>
      <Dialog.Portal>
        <Dialog.Backdrop className={backdropCls} />
        <Dialog.Popup
          aria-label={t('palette.title')}
          className="popup-anim fixed inset-x-0 top-[14vh] z-50 mx-auto w-[min(600px,calc(100vw-24px))] overflow-hidden rounded-xl bg-raised text-fg shadow-pop outline-none"
        >
          <Autocomplete.Root
            inline
            open
            items={groups}
            autoHighlight="always"
            keepHighlight
            itemToStringValue={(c: Command) => c.label}
          >
            <div className="flex h-12 items-center gap-2.5 border-b border-line px-4">
              <Search size={17} className="text-subtle" aria-hidden />
              <Autocomplete.Input
                aria-label={t('nav.search')}
                placeholder={`${t('nav.search')}…`}
                className="h-full min-w-0 flex-1 bg-transparent text-base outline-none any-pointer-coarse:text-lg"
              />
              <Kbd>esc</Kbd>
            </div>
            <Autocomplete.Empty className="text-sm text-subtle empty:hidden">
              <span className="block px-4 py-6 text-center">{tc('ui.noMatches')}</span>
            </Autocomplete.Empty>
            <Autocomplete.List className="max-h-[340px] overflow-y-auto p-1.5 data-[empty]:p-0">
              {(g: Group) => (
                <Autocomplete.Group key={g.value} items={g.items}>
                  <Autocomplete.GroupLabel className="px-2.5 pt-2 pb-1 text-2xs font-medium text-subtle">
                    {g.value}
                  </Autocomplete.GroupLabel>
                  <Autocomplete.Collection>
                    {(c: Command) => (
                      <Autocomplete.Item
                        key={c.id}
                        value={c}
                        onClick={() => {
                          onOpenChange(false)
                          c.run()
                        }}
                        className="flex h-9 items-center gap-3 rounded-md px-2.5 text-sm outline-none data-[highlighted]:bg-hover"
                      >
                        <c.icon size={16} strokeWidth={1.75} className="shrink-0 text-subtle" aria-hidden />
                        <span className="min-w-0 flex-1 truncate">{c.label}</span>
                      </Autocomplete.Item>
                    )}
                  </Autocomplete.Collection>
                </Autocomplete.Group>
              )}
            </Autocomplete.List>
          </Autocomplete.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
