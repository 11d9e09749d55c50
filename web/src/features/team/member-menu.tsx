import { Eye, LockOpen, LogOut, ShieldQuestion, UserCheck, UserCog, UserMinus, UserX } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Menu, MenuContent, MenuItem, MenuSeparator } from '@/shared/ui/menu'
import { isLocked, isSuspended, mayChange, mayRemove, mayView } from './model'
import type { AccessChange, Member } from './types'
import { useActor } from './use-actor'

type MenuProps = {
  member: Member
  anchor: HTMLElement
  onPick: (what: 'roles' | 'access' | 'remove') => void
  onView: () => void
  onUnlock: () => void
  onAccess: (what: AccessChange) => void
  onClose: () => void
}
/** What can be done about one member. */
export default function MemberMenu({ member, anchor, onPick, onView, onUnlock, onAccess, onClose }: MenuProps) {
  const { t } = useTranslation('team')
  const actor = useActor()
  const write = actor.permissions.includes('team.members.write')
  const open = member.sessions ?? 0
  const change = (what: AccessChange) => () => {
    onAccess(what)
    onClose()
  }
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
            {open > 0 && (
              <MenuItem onClick={change('end')}>
                <LogOut size={14} aria-hidden />
                {t('members.end', { count: open })}
              </MenuItem>
            )}
            {isSuspended(member) ? (
              <MenuItem onClick={change('restore')}>
                <UserCheck size={14} aria-hidden />
                {t('members.restore')}
              </MenuItem>
            ) : (
              <MenuItem danger onClick={change('suspend')}>
                <UserX size={14} aria-hidden />
                {t('members.suspend')}
              </MenuItem>
            )}
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
