import { useRouter } from '@tanstack/react-router'
import {
  Building2,
  History,
  Keyboard,
  Languages,
  LogOut,
  type LucideIcon,
  Moon,
  Plus,
  ShoppingCart,
  Sun,
  SunMoon,
  Upload,
} from 'lucide-react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { type Command, useRegisteredCommands } from '@/shared/commands/commands'
import { keyFor, printed } from '@/shared/commands/keys'
import { LOCALES } from '@/shared/i18n'
import { usePreferences } from '@/shared/session/preferences'
import { can, useSession } from '@/shared/session/session'
import { THEMES } from '@/shared/theme/theme'
import { useSignOut, useSwitchOrganization } from './api'
import { ALL, type NavItem } from './navigation'
import { show } from './overlays'

export type PaletteCommand = {
  id: string
  label: string
  icon: LucideIcon
  keys?: readonly string[]
  keywords?: string
  run: () => void
}
export type PaletteGroup = { id: 'here' | 'create' | 'goTo' | 'appearance' | 'account'; items: PaletteCommand[] }
const THEME_ICONS = { system: SunMoon, light: Sun, dark: Moon } as const

/** What the palette can do, in the order it is offered before anything is typed. */
export function usePaletteCommands(): PaletteGroup[] {
  const groups = [useHere(), useCreate(), useGoTo(), useAppearance(), useAccount()]
  return groups.filter((g) => g.items.length > 0)
}

function useHere(): PaletteGroup {
  const commands = useRegisteredCommands()
  return { id: 'here', items: commands.map((c) => ({ ...c, keys: keysOf(c) })) }
}

/** As they are printed on the keyboard of this device. */
export function keysOf({ action, shift }: Pick<Command, 'action' | 'shift'>): string[] | undefined {
  const key = action && printed(keyFor(action), shift)
  return key ? [key] : undefined
}
/** Two keys, one after the other. */
export function wayTo(id: NavItem['id']): string[] | undefined {
  const [lead, key] = [printed(keyFor('go')), printed(keyFor(`go.${id}`))]
  return lead && key ? [lead, key] : undefined
}

function useCreate(): PaletteGroup {
  const { t } = useTranslation('shell')
  const router = useRouter()
  const session = useSession()
  const go = (href: string) => () => void router.navigate({ href })
  const items = [
    {
      needs: 'crm.contacts.write',
      id: 'new.contact',
      label: t('palette.newContact'),
      icon: Plus,
      run: go('/contacts?new=1'),
    },
    {
      needs: 'crm.companies.write',
      id: 'new.company',
      label: t('palette.newCompany'),
      icon: Plus,
      run: go('/companies?new=1'),
    },
    {
      needs: 'crm.deals.write',
      id: 'new.deal',
      label: t('palette.newDeal'),
      icon: Plus,
      run: go('/pipeline?new=first'),
    },
    {
      needs: 'campaigns.write',
      id: 'new.campaign',
      label: t('palette.newCampaign'),
      keywords: 'sequence outreach mailing рассылка последовательность',
      icon: Plus,
      run: go('/campaigns?new=1'),
    },
    {
      needs: 'bd.accounts.write',
      id: 'new.account',
      label: t('palette.newAccount'),
      keywords: 'telegram sandbox',
      icon: Plus,
      run: go('/accounts?connect=1'),
    },
    {
      needs: 'team.members.write',
      id: 'new.invitation',
      label: t('palette.invite'),
      keywords: 'invite member team пригласить участник',
      icon: Plus,
      run: go('/team?new=true'),
    },
    {
      needs: 'team.teams.write',
      id: 'new.team',
      label: t('palette.newTeam'),
      icon: Plus,
      run: go('/team?tab=teams&new=true'),
    },
    {
      needs: 'crm.contacts.import',
      id: 'import',
      label: t('palette.import'),
      keywords: 'csv excel xlsx google hubspot',
      icon: Upload,
      run: go('/import'),
    },
    {
      needs: 'messaging.chats.import',
      id: 'import.history',
      label: t('palette.importHistory'),
      keywords: 'telegram desktop result.json chats history',
      icon: History,
      run: go('/import/chats'),
    },
  ] as const
  return { id: 'create', items: items.filter((i) => can(session, i.needs)) }
}

function useGoTo(): PaletteGroup {
  const { t } = useTranslation('shell')
  const router = useRouter()
  const session = useSession()
  const sections = (
    [
      'profile',
      'preferences',
      'notifications',
      'shortcuts',
      'security',
      'organization',
      ...(can(session, 'team.members.read') ? (['roles'] as const) : []),
      ...(can(session, 'messaging.chats.read') ? (['templates'] as const) : []),
      ...(can(session, 'campaigns.read') ? (['contact-policy'] as const) : []),
      ...(can(session, 'api.keys.write') ? (['api-keys'] as const) : []),
      ...(can(session, 'api.webhooks.read') ? (['channels', 'webhooks'] as const) : []),
      'audit',
    ] as const
  ).map((s) => ({
    id: `settings.${s}`,
    label: `${t('nav.settings')}: ${t(`section.${s}`)}`,
    icon: ALL.at(-1)?.icon as LucideIcon,
    run: () => void router.navigate({ href: `/settings/${s}` }),
  }))
  const places = ALL.filter((i) => !i.needs || can(session, i.needs)).map((i) => ({
    id: `go.${i.id}`,
    label: t(`nav.${i.id}`),
    icon: i.icon,
    keys: wayTo(i.id),
    run: () => void router.navigate({ to: i.to }),
  }))
  const orders = can(session, 'bd.accounts.purchase')
    ? [
        {
          id: 'accounts.orders',
          label: t('palette.orders'),
          icon: ShoppingCart,
          run: () => void router.navigate({ to: '/accounts/orders' }),
        },
      ]
    : []
  return { id: 'goTo', items: [...places, ...orders, ...sections] }
}

function useAppearance(): PaletteGroup {
  const { t } = useTranslation('shell')
  const { t: tc } = useTranslation()
  const { user } = useSession()
  const { save } = usePreferences()
  return {
    id: 'appearance',
    items: [
      ...THEMES.filter((v) => v !== user.theme).map((theme) => ({
        id: `theme.${theme}`,
        label: t('palette.theme', { theme: tc(`theme.${theme}`) }),
        icon: THEME_ICONS[theme],
        run: () => save({ theme }),
      })),
      ...LOCALES.filter((l) => l !== user.locale).map((locale) => ({
        id: `language.${locale}`,
        label: t('palette.language', { language: tc(`language.${locale}`) }),
        keywords: 'language язык english русский',
        icon: Languages,
        run: () => save({ locale }),
      })),
    ],
  }
}

function useAccount(): PaletteGroup {
  const { t } = useTranslation('shell')
  const { organization, organizations } = useSession()
  const { mutate: change } = useSwitchOrganization()
  const { mutate: signOut } = useSignOut()
  const items = useMemo(
    () => [
      ...organizations
        .filter((o) => o.id !== organization.id)
        .map((o) => ({
          id: `organization.${o.id}`,
          label: t('palette.switchTo', { name: o.name }),
          icon: Building2,
          run: () => change(o.id),
        })),
      { id: 'organization.new', label: t('organization.new'), icon: Plus, run: () => show('newOrganization') },
      { id: 'shortcuts', label: t('shortcuts.title'), icon: Keyboard, keys: ['?'], run: () => show('shortcuts') },
      { id: 'signOut', label: t('account.signOut'), icon: LogOut, keywords: 'logout exit', run: () => signOut() },
    ],
    [t, organization.id, organizations, change, signOut],
  )
  return { id: 'account', items }
}
