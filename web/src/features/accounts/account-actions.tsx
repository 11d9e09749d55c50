import { useNavigate } from '@tanstack/react-router'
import { Ellipsis, Hand, Pause, Play, RotateCcw, Trash2, Unplug, UserRoundCog } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { confirm } from '@/shared/ui/confirm'
import { IconButton } from '@/shared/ui/icon-button'
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from '@/shared/ui/menu'
import type { AccountChanges } from './api'
import type { Account } from './types'

type ActionProps = {
  account: Account
  changes: AccountChanges
  onGoOn: () => void
  onDisconnect: () => void
  onTransfer: () => void
}
/** What can be done with an account. */
export default function Actions({ account: a, changes, onGoOn, onDisconnect, onTransfer }: ActionProps) {
  const { t } = useTranslation('accounts')
  const { t: tc } = useTranslation()
  const navigate = useNavigate()
  const remove = async () => {
    const sure = await confirm({
      title: t('removeTitle', { name: a.name }),
      description: t('removeText'),
      action: t('remove'),
      danger: true,
    })
    if (sure && (await changes.remove(a))) void navigate({ to: '/accounts' })
  }
  const off = a.status === 'disconnected' || a.status === 'new' || a.status === 'code_sent'
  return (
    <Menu>
      <MenuTrigger
        render={
          <IconButton label={tc('action.more')} tip={false} className="any-pointer-coarse:size-10!">
            <Ellipsis size={16} />
          </IconButton>
        }
      />
      <MenuContent align="end">
        {a.mode !== 'active' && (
          <MenuItem onClick={() => void changes.mode(a, 'active')}>
            <Play size={14} aria-hidden />
            {t('resume')}
          </MenuItem>
        )}
        {a.mode !== 'replies_only' && (
          <MenuItem onClick={() => void changes.mode(a, 'replies_only')}>
            <Hand size={14} aria-hidden />
            {t('repliesOnly')}
          </MenuItem>
        )}
        {a.mode !== 'paused' && (
          <MenuItem onClick={() => void changes.mode(a, 'paused')}>
            <Pause size={14} aria-hidden />
            {t('pause')}
          </MenuItem>
        )}
        <MenuSeparator />
        <MenuItem onClick={onGoOn}>
          <RotateCcw size={14} aria-hidden />
          {t('wayOut.reconnect')}
        </MenuItem>
        <MenuItem onClick={onTransfer}>
          <UserRoundCog size={14} aria-hidden />
          {t('transfer')}
        </MenuItem>
        <MenuSeparator />
        {a.status !== 'disconnected' && (
          <MenuItem danger onClick={onDisconnect}>
            <Unplug size={14} aria-hidden />
            {t('disconnect')}
          </MenuItem>
        )}
        {off && (
          <MenuItem danger onClick={() => void remove()}>
            <Trash2 size={14} aria-hidden />
            {t('remove')}
          </MenuItem>
        )}
      </MenuContent>
    </Menu>
  )
}
