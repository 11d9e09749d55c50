import { Link, useNavigate } from '@tanstack/react-router'
import {
  Building,
  ChevronsUpDown,
  Keyboard,
  Languages,
  LogOut,
  Moon,
  Plus,
  Settings,
  SlidersHorizontal,
  Sun,
  SunMoon,
  User,
} from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useRoleName } from '@/shared/access/role-name'
import { useKey } from '@/shared/commands/keys'
import { LOCALES, type Locale } from '@/shared/i18n'
import { usePreferences } from '@/shared/session/preferences'
import { useSession } from '@/shared/session/session'
import { THEMES, useTheme } from '@/shared/theme/theme'
import { Avatar, CompanyLogo } from '@/shared/ui/avatar'
import { buttonCls } from '@/shared/ui/button'
import { IconButton } from '@/shared/ui/icon-button'
import { Kbd } from '@/shared/ui/kbd'
import {
  Menu,
  MenuContent,
  MenuItem,
  MenuLabel,
  MenuRadio,
  MenuRadioGroup,
  MenuSeparator,
  MenuTrigger,
  Submenu,
} from '@/shared/ui/menu'
import { Tip } from '@/shared/ui/tooltip'
import { useSignOut, useSwitchOrganization } from './api'
import { LiveLight } from './live-light'
import { show } from './overlays'

export function OrganizationMenu() {
  const roleName = useRoleName()
  const { t } = useTranslation('shell')
  const { organization, organizations } = useSession()
  const change = useSwitchOrganization()
  const nav = useNavigate()
  return (
    <Menu>
      <MenuTrigger
        aria-label={`${t('organization.menu')}: ${organization.name}`}
        className="flex h-9 w-full items-center gap-2 rounded-md px-1.5 text-left hover:bg-hover data-[popup-open]:bg-hover"
      >
        <CompanyLogo name={organization.name} size={24} className="rounded-[28%]!" />
        <span className="min-w-0 flex-1 truncate text-sm font-semibold">{organization.name}</span>
        <ChevronsUpDown size={14} className="text-faint" aria-hidden />
      </MenuTrigger>
      <MenuContent className="w-60">
        <MenuLabel>{t('organization.switch')}</MenuLabel>
        <MenuRadioGroup
          value={organization.id}
          onValueChange={(id: string) => id !== organization.id && change.mutate(id)}
        >
          {organizations.map((o) => (
            <MenuRadio key={o.id} value={o.id} closeOnClick>
              <CompanyLogo name={o.name} size={20} />
              <span className="min-w-0 flex-1">
                <span className="block truncate">{o.name}</span>
                <span className="block text-2xs text-subtle">{roleName(o.role)}</span>
              </span>
            </MenuRadio>
          ))}
        </MenuRadioGroup>
        <MenuSeparator />
        <MenuItem onClick={() => show('newOrganization')}>
          <Plus size={15} aria-hidden />
          {t('organization.new')}
        </MenuItem>
        <MenuItem onClick={() => void nav({ to: '/settings/organization' })}>
          <Building size={15} aria-hidden />
          {t('organization.settings')}
        </MenuItem>
      </MenuContent>
    </Menu>
  )
}

function AccountMenu() {
  const roleName = useRoleName()
  const { t } = useTranslation('shell')
  const { t: tc } = useTranslation()
  const { user, role } = useSession()
  const { save } = usePreferences()
  const signOut = useSignOut()
  const nav = useNavigate()
  return (
    <Menu>
      <MenuTrigger
        aria-label={`${t('account.menu')}: ${user.name}`}
        className="flex h-10 min-w-0 flex-1 items-center gap-2 rounded-md px-1 text-left hover:bg-hover data-[popup-open]:bg-hover"
      >
        <Avatar name={user.name} size={26} />
        <span className="min-w-0 flex-1">
          <span className="block truncate text-xs font-semibold">{user.name}</span>
          <span className="block truncate text-2xs text-muted">{roleName(role)}</span>
        </span>
      </MenuTrigger>
      <MenuContent side="top" className="w-60">
        <MenuLabel>
          <span className="block truncate">{user.email}</span>
        </MenuLabel>
        <MenuItem onClick={() => void nav({ to: '/settings/profile' })}>
          <User size={15} aria-hidden />
          {t('account.profile')}
        </MenuItem>
        <MenuItem onClick={() => void nav({ to: '/settings/preferences' })}>
          <SlidersHorizontal size={15} aria-hidden />
          {t('account.preferences')}
        </MenuItem>
        <MenuSeparator />
        <Submenu
          label={
            <>
              <SunMoon size={15} aria-hidden />
              {tc('theme.label')}
            </>
          }
        >
          <MenuRadioGroup value={user.theme} onValueChange={(theme: typeof user.theme) => save({ theme })}>
            {THEMES.map((v) => (
              <MenuRadio key={v} value={v}>
                {tc(`theme.${v}`)}
              </MenuRadio>
            ))}
          </MenuRadioGroup>
        </Submenu>
        <Submenu
          label={
            <>
              <Languages size={15} aria-hidden />
              {tc('language.label')}
            </>
          }
        >
          <MenuRadioGroup value={user.locale} onValueChange={(locale: Locale) => save({ locale })}>
            {LOCALES.map((v) => (
              <MenuRadio key={v} value={v}>
                {tc(`language.${v}`)}
              </MenuRadio>
            ))}
          </MenuRadioGroup>
        </Submenu>
        <MenuItem onClick={() => show('shortcuts')}>
          <Keyboard size={15} aria-hidden />
          <span className="flex-1">{t('shortcuts.title')}</span>
          <Kbd>?</Kbd>
        </MenuItem>
        <MenuSeparator />
        <MenuItem onClick={() => signOut.mutate()}>
          <LogOut size={15} aria-hidden />
          {t('account.signOut')}
        </MenuItem>
      </MenuContent>
    </Menu>
  )
}

/** The foot of the sidebar. */
export function AccountBar() {
  const { t } = useTranslation('shell')
  const { t: tc } = useTranslation()
  const other = useTheme((s) => (s.resolved === 'dark' ? 'light' : 'dark'))
  const { save } = usePreferences()
  const way = [useKey('go'), useKey('go.settings')]
  const keys = way.every(Boolean) ? way.join(' ') : undefined
  return (
    <div className="flex items-center gap-1 px-2.5 pb-3">
      <AccountMenu />
      <LiveLight />
      <IconButton
        label={`${tc('theme.label')}: ${tc(`theme.${other}`)}`}
        side="top"
        onClick={() => save({ theme: other })}
      >
        {other === 'light' ? <Sun size={15} /> : <Moon size={15} />}
      </IconButton>
      <Tip label={t('nav.settings')} keys={keys} side="top">
        <Link to="/settings" aria-label={t('nav.settings')} className={buttonCls('ghost', 'icon')}>
          <Settings size={15} />
        </Link>
      </Tip>
    </div>
  )
}
