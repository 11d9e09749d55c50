import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Dialog } from '@/shared/ui/dialog'
import { PickList } from '@/shared/ui/pick-list'
import { findRecords } from './api'
import { RecordIcon } from './cells'
import type { CrmRecord, Kind } from './fields'
import { KINDS } from './kinds'

/** Which other record this one is to be compared with. */
export default function MergeWith({ kind, record, onClose }: { kind: Kind; record: CrmRecord; onClose: () => void }) {
  const { t } = useTranslation('merge')
  const navigate = useNavigate()
  return (
    <Dialog
      open
      size="sm"
      title={t('with.title', { name: record.name })}
      initialFocus={() => document.querySelector<HTMLInputElement>('[role=dialog] [role=combobox]')}
      onOpenChange={(o) => !o && onClose()}
    >
      <div className="-mx-2 overflow-hidden rounded-lg shadow-card">
        <PickList
          label={t('with.search')}
          value={[]}
          load={async (q, signal) =>
            (await findRecords(kind, q, signal))
              .filter((o) => o.value !== record.id)
              .map((o) => ({ ...o, icon: <RecordIcon kind={kind} name={o.label} size={18} /> }))
          }
          onPick={(o) => {
            onClose()
            void navigate({ to: `${KINDS[kind].path}/merge`, search: { ids: `${record.id},${o.value}` } })
          }}
          className="h-72"
        />
      </div>
    </Dialog>
  )
}
