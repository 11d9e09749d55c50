import { Archive, Clock, Combine, MailOpen, RotateCcw, Search, Tag as TagIcon, UserPlus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Menu, MenuContent, MenuItem, MenuSeparator } from '@/shared/ui/menu'
import type { Actions } from './actions'
import type { OpenTool } from './chat-tools'
import { mayMerge } from './merge-model'
import type { Chat } from './types'

type MenuProps = {
  anchor: HTMLElement
  chat: Chat
  actions: Actions
  /** What has a button of its own elsewhere. */
  phone: boolean
  onFind: () => void
  onDone: () => void
  onTool: (tool: OpenTool) => void
  onClose: () => void
}
/** Once the menu has closed: else it would take the focus back from the window. */
const CLOSED_MS = 150

/** The rest of what can be done with a conversation. Mounted while it is open. */
export default function ChatMenu({ anchor, chat, actions, phone, onFind, onDone, onTool, onClose }: MenuProps) {
  const { t } = useTranslation('inbox')
  const done = chat.state === 'done'
  const DoneIcon = done ? RotateCcw : Archive
  const open = (tool: OpenTool['tool']) => setTimeout(() => onTool({ tool, anchor }), CLOSED_MS)
  return (
    <Menu open onOpenChange={(o) => !o && onClose()}>
      <MenuContent anchor={anchor} align="end" finalFocus={() => (anchor.isConnected ? anchor : null)}>
        <MenuItem onClick={onFind}>
          <Search size={14} aria-hidden />
          {t('searchHere')}
        </MenuItem>
        <MenuItem onClick={() => open('tags')}>
          <TagIcon size={14} aria-hidden />
          {t('tags')}
        </MenuItem>
        <MenuItem onClick={() => void actions.read([chat])}>
          <MailOpen size={14} aria-hidden />
          {t('markRead')}
        </MenuItem>
        {mayMerge(chat) && (
          <MenuItem onClick={() => open('merge')}>
            <Combine size={14} aria-hidden />
            {t('merge.menu')}
          </MenuItem>
        )}
        {phone && (
          <>
            <MenuSeparator />
            <MenuItem onClick={onDone}>
              <DoneIcon size={14} aria-hidden />
              {t(done ? 'reopen' : 'done')}
            </MenuItem>
            <MenuItem onClick={() => open('snooze')}>
              <Clock size={14} aria-hidden />
              {t('snooze')}
            </MenuItem>
            <MenuItem onClick={() => open('assign')}>
              <UserPlus size={14} aria-hidden />
              {t('assign')}
            </MenuItem>
          </>
        )}
      </MenuContent>
    </Menu>
  )
}
