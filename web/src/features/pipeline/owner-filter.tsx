import { useTranslation } from 'react-i18next'
import { useSession } from '@/shared/session/session'
import { Avatar } from '@/shared/ui/avatar'
import { PickList } from '@/shared/ui/pick-list'
import { Popover } from '@/shared/ui/popover'
import { loadMembers } from './api'

type OwnerFilterProps = {
  anchor: HTMLElement | null
  value: string | undefined
  onPick: (owner: string | undefined) => void
  onClose: () => void
}
const EVERYBODY = ''
/** Whose deals are shown. */
export default function OwnerFilter({ anchor, value, onPick, onClose }: OwnerFilterProps) {
  const { t } = useTranslation('pipeline')
  const { user } = useSession()
  const lead = [
    { value: EVERYBODY, label: t('owner.all') },
    { value: 'me', label: t('owner.mine'), icon: <Avatar name={user.name} size={18} /> },
  ]
  return (
    <Popover open bare label={t('field.owner')} anchor={anchor} onOpenChange={(o) => !o && onClose()} className="w-64">
      <PickList
        label={t('field.owner')}
        value={lead.filter((o) => o.value === (value ?? EVERYBODY))}
        lead={lead}
        load={async (q, signal) =>
          (await loadMembers(q, signal))
            .filter((o) => o.value !== user.id)
            .map((o) => ({ ...o, icon: <Avatar name={o.label} size={18} /> }))
        }
        onPick={(o) => onPick(o.value || undefined)}
      />
    </Popover>
  )
}
