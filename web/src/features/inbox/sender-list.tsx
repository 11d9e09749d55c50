import { useTranslation } from 'react-i18next'
import { Menu, MenuContent, MenuLabel, MenuRadio, MenuRadioGroup } from '@/shared/ui/menu'
import type { Chat } from './types'

type ListProps = {
  anchor: HTMLElement
  chats: readonly Chat[]
  id: string
  onPick: (id: string) => void
  onClose: () => void
}
/** The accounts through which somebody can be written to. Mounted while it is open. */
export default function SenderList({ anchor, chats, id, onPick, onClose }: ListProps) {
  const { t } = useTranslation('inbox')
  return (
    <Menu open onOpenChange={(o) => !o && onClose()}>
      <MenuContent anchor={anchor} finalFocus={() => (anchor.isConnected ? anchor : null)}>
        <MenuLabel>{t('sendFrom')}</MenuLabel>
        <MenuRadioGroup value={id} onValueChange={(picked) => onPick(String(picked))}>
          {chats.map((c) => (
            <MenuRadio key={c.id} value={c.id}>
              {c.account?.name}
            </MenuRadio>
          ))}
        </MenuRadioGroup>
      </MenuContent>
    </Menu>
  )
}
