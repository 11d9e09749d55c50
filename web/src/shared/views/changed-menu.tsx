import { Plus, RotateCcw, Save } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Menu, MenuContent, MenuItem } from '@/shared/ui/menu'

type ChangedMenuProps = {
  anchor: Element
  isView: boolean
  /** Null for those who may not, or while it is locked. */
  onSave: (() => void) | null
  onSaveAs: () => void
  onReset: () => void
  onClose: () => void
}
/** The phone's ways on with a view that was changed. */
export default function ChangedMenu({ anchor, isView, onSave, onSaveAs, onReset, onClose }: ChangedMenuProps) {
  const { t } = useTranslation('views')
  return (
    <Menu open onOpenChange={(o) => !o && onClose()}>
      <MenuContent align="end" anchor={anchor} finalFocus={{ current: anchor as HTMLElement }}>
        {onSave && (
          <MenuItem onClick={onSave}>
            <Save size={14} aria-hidden />
            {t('save')}
          </MenuItem>
        )}
        <MenuItem onClick={onSaveAs}>
          <Plus size={14} aria-hidden />
          {t(isView ? 'saveAs' : 'saveNew')}
        </MenuItem>
        <MenuItem onClick={onReset}>
          <RotateCcw size={14} aria-hidden />
          {t('reset')}
        </MenuItem>
      </MenuContent>
    </Menu>
  )
}
