import { Eye, LockOpen, ShieldQuestion, UserCog, UserMinus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Menu, MenuContent, MenuItem, MenuSeparator } from '@/shared/ui/menu'
import { isLocked, mayChange, mayRemove, mayView } from './model'
import type { Member } from './types'
import { useActor } from './use-actor'

type MenuProps = {
  member: Member
  anchor: HTMLElement
  onPick: (what: 'roles' | 'access' | 'remove') => void
  onView: () => void
  onUnlock: () => void
  onClose: () => void
}
/** What can be done about one member. */
export default function MemberMenu({ member, anchor, onPick, onView, onUnlock, onClose }: MenuProps) {
  const { t } = useTranslation('team')
  const actor = useActor()
  const write = actor.permissions.includes('team.members.write')
  return (
    <Menu open onOpenChange={(open) => !open && onClose()}>
      <MenuContent anchor={anchor} align="end" finalFocus={() => (anchor.isConnected ? anchor : null)}>
        <MenuItem onClick={() => onPick('access')}>
          <ShieldQuestion size={14} aria-hidden />
          {t('members.access')}
        </MenuItem>
        {mayView(actor, member) && (
          <MenuItem
            onClick={() => {
              onView()
              onClose()
            }}
          >
            <Eye size={14} aria-hidden />
            {t('members.viewAs')}
          </MenuItem>
        )}
        {write && mayChange(actor, member) && (
          <MenuItem onClick={() => onPick('roles')}>
            <UserCog size={14} aria-hidden />
            {t('members.changeRoles')}
          </MenuItem>
        )}
        {write && isLocked(member) && (
          <MenuItem
            onClick={() => {
              onUnlock()
              onClose()
            }}
          >
            <LockOpen size={14} aria-hidden />
            {t('members.unlock')}
          </MenuItem>
        )}
        {write && mayRemove(actor, member) && (
          <>
            <MenuSeparator />
            <MenuItem danger onClick={() => onPick('remove')}>
              <UserMinus size={14} aria-hidden />
              {t('members.remove')}
            </MenuItem>
          </>
        )}
      </MenuContent>
    </Menu>
  )
}
