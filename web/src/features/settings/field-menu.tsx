import { Archive, ArchiveRestore, Pencil, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { CustomField } from '@/api/gen/types.gen'
import { confirm } from '@/shared/ui/confirm'
import { Menu, MenuContent, MenuItem, MenuSeparator } from '@/shared/ui/menu'
import type { FieldChanges } from './fields-api'

type MenuProps = {
  field: CustomField
  changes: FieldChanges
  anchor: HTMLElement
  onEdit: () => void
  onClose: () => void
}
/** What can be done with a custom field. */
export default function FieldMenu({ field, changes, anchor, onEdit, onClose }: MenuProps) {
  const { t } = useTranslation('settings')
  const { t: tc } = useTranslation()
  const remove = async () => {
    const sure = await confirm({
      title: t('fields.deleteTitle', { name: field.name }),
      description: t('fields.deleteText'),
      action: tc('action.delete'),
      danger: true,
    })
    if (sure) void changes.remove(field)
  }
  return (
    <Menu open onOpenChange={(open) => !open && onClose()}>
      <MenuContent anchor={anchor} align="end" finalFocus={() => anchor}>
        <MenuItem onClick={onEdit}>
          <Pencil size={14} aria-hidden />
          {tc('action.edit')}
        </MenuItem>
        <MenuItem onClick={() => void changes.archive(field, !field.archived)}>
          {field.archived ? <ArchiveRestore size={14} aria-hidden /> : <Archive size={14} aria-hidden />}
          {t(field.archived ? 'fields.restore' : 'fields.archive')}
        </MenuItem>
        <MenuSeparator />
        <MenuItem danger onClick={() => void remove()}>
          <Trash2 size={14} aria-hidden />
          {tc('action.delete')}
        </MenuItem>
      </MenuContent>
    </Menu>
  )
}
