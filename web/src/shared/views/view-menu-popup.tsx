import type { ComponentProps } from 'react'
import { Menu, MenuContent } from '@/shared/ui/menu'
import ViewMenu from './view-menu'

type PopupProps = ComponentProps<typeof ViewMenu> & { anchor: Element; onClose: () => void }
/** The menu of a view under its button. */
export default function ViewMenuPopup({ anchor, onClose, ...menu }: PopupProps) {
  return (
    <Menu open onOpenChange={(o) => !o && onClose()}>
      <MenuContent anchor={anchor} finalFocus={{ current: anchor as HTMLElement }}>
        <ViewMenu {...menu} />
      </MenuContent>
    </Menu>
  )
}
