import { Copy, CornerUpLeft, Pencil, Trash2, Undo2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { Menu, MenuContent, MenuItem, MenuSeparator } from '@/shared/ui/menu'
import { toast } from '@/shared/ui/toast'
import type { RowActions } from './message-row'
import { isOurs, mayAnswer, mayEdit } from './model'
import type { Message } from './types'
import { mayCancel } from './waiting'

const EMOJI = ['👍', '❤️', '🔥', '😁', '🤝', '🙏'] as const
type MenuProps = {
  m: Message
  anchor: HTMLElement
  writable: boolean
  group: boolean
  actions: RowActions
  onClose: () => void
}
/** What can be done with a message. Mounted while it is open. */
export default function MessageMenu({ m, anchor, writable, actions, onClose }: MenuProps) {
  const { t } = useTranslation('inbox')
  const { t: tc } = useTranslation()
  const mine = m.reactions.find((r) => r.ours)?.emoji
  const copy = () =>
    navigator.clipboard.writeText(m.text).then(
      () => toast.success(tc('ui.copied')),
      (e: unknown) => toast.error(t('notCopied'), e),
    )
  return (
    <Menu open onOpenChange={(o) => !o && onClose()}>
      <MenuContent anchor={anchor} align="end" finalFocus={() => (anchor.isConnected ? anchor : null)}>
        {writable && mayAnswer(m) && (
          <>
            <div className="flex gap-0.5 pb-1">
              {EMOJI.map((e) => (
                <MenuItem
                  key={e}
                  aria-label={t('reactWith', { emoji: e })}
                  onClick={() => actions.react(m, e)}
                  className={cn('justify-center text-lg', e === mine && 'bg-accent-soft')}
                >
                  {e}
                </MenuItem>
              ))}
            </div>
            <MenuItem onClick={() => actions.reply(m)}>
              <CornerUpLeft size={14} aria-hidden />
              {t('reply')}
            </MenuItem>
          </>
        )}
        {m.text && (
          <MenuItem onClick={() => void copy()}>
            <Copy size={14} aria-hidden />
            {t('copyText')}
          </MenuItem>
        )}
        {writable && mayCancel(m) && (
          <MenuItem onClick={() => actions.cancel(m)}>
            <Undo2 size={14} aria-hidden />
            {t('cancelSend')}
          </MenuItem>
        )}
        {writable && mayEdit(m) && (
          <MenuItem onClick={() => actions.edit(m)}>
            <Pencil size={14} aria-hidden />
            {tc('action.edit')}
          </MenuItem>
        )}
        {writable && isOurs(m) && !mayCancel(m) && (
          <>
            <MenuSeparator />
            <MenuItem danger onClick={() => actions.remove(m)}>
              <Trash2 size={14} aria-hidden />
              {t('deleteForAll')}
            </MenuItem>
          </>
        )}
      </MenuContent>
    </Menu>
  )
}
