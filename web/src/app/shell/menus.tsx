import { ChevronsUpDown } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useSession } from '@/shared/session/session'
import { Avatar } from '@/shared/ui/avatar'
import { Logo } from '@/shared/ui/logo'
import { Menu, MenuContent, MenuItem, MenuLabel, MenuRadio, MenuRadioGroup, MenuTrigger } from '@/shared/ui/menu'
import { useSignOut, useSwitchOrganization } from './api'

export function OrganizationMenu() {
  const { t } = useTranslation('shell')
  const { organization, organizations } = useSession()
  const change = useSwitchOrganization()
  return (
    <Menu>
      <MenuTrigger className="flex h-9 w-full items-center gap-2 rounded-md px-1.5 text-left hover:bg-hover data-[popup-open]:bg-active">
        <Logo />
        <span className="min-w-0 flex-1 truncate text-sm font-semibold">{organization.name}</span>
        <ChevronsUpDown size={14} className="text-faint" aria-hidden />
      </MenuTrigger>
      <MenuContent className="w-56">
        <MenuLabel>{t('organization.switch')}</MenuLabel>
        <MenuRadioGroup
          value={organization.id}
          onValueChange={(id: string) => id !== organization.id && change.mutate({ path: { id } })}
        >
          {organizations.map((o) => (
            <MenuRadio key={o.id} value={o.id} closeOnClick>
              <span className="truncate">{o.name}</span>
            </MenuRadio>
          ))}
        </MenuRadioGroup>
      </MenuContent>
    </Menu>
  )
}

export function AccountMenu() {
  const { t } = useTranslation('shell')
  const { t: tc } = useTranslation()
  const { user, role } = useSession()
  const signOut = useSignOut()
  return (
    <Menu>
      <MenuTrigger
        aria-label={`${t('account.menu')}: ${user.name}`}
        className="flex h-10 min-w-0 flex-1 items-center gap-2 rounded-md px-1 text-left hover:bg-hover data-[popup-open]:bg-active"
      >
        <Avatar name={user.name} size={26} />
        <span className="min-w-0 flex-1">
          <span className="block truncate text-xs font-semibold">{user.name}</span>
          <span className="block truncate text-2xs text-subtle">{tc(`role.${role}`)}</span>
        </span>
      </MenuTrigger>
      <MenuContent side="top" className="w-56">
        <MenuLabel>{user.email}</MenuLabel>
        <MenuItem onClick={() => signOut.mutate({})}>{t('account.signOut')}</MenuItem>
      </MenuContent>
    </Menu>
  )
}
