import { useNavigate } from '@tanstack/react-router'
import { ArrowDown, ArrowUp, Maximize2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useKey } from '@/shared/commands/keys'
import { useEdits } from '@/shared/live/presence'
import { Present } from '@/shared/live/present'
import { Drawer } from '@/shared/ui/drawer'
import { ErrorState } from '@/shared/ui/error-state'
import { IconButton } from '@/shared/ui/icon-button'
import type { CrmRecord, Kind } from './fields'
import { KINDS } from './kinds'
import { RecordSkeleton, RecordView, type ViewTab } from './record-view'
import { type ListContext, useRecord } from './use-record'

type PeekProps = {
  kind: Kind
  id: string
  list: ListContext
  rows: readonly CrmRecord[]
  onMove: (id: string) => void
  onClose: () => void
}
/** The record beside its list. The list stays usable and keeps the focus: J and K walk through it. */
export default function Peek({ kind, id, list, rows, onMove, onClose }: PeekProps) {
  const { t } = useTranslation('records')
  const navigate = useNavigate()
  const q = useRecord(kind, id)
  const [tab, setTab] = useState<ViewTab>('about')
  const keys = { next: useKey('next'), previous: useKey('previous') }
  const edits = useEdits(`${kind}:${id}`)
  const at = rows.findIndex((r) => r.id === id)
  const step = (by: number) => {
    const next = rows[at + by]
    if (next) onMove(next.id)
  }
  const expand = () => void navigate({ to: KINDS[kind].page, params: { id }, state: { recordList: list } })
  return (
    <Drawer
      open
      bare
      modal={false}
      initialFocus={false}
      finalFocus={false}
      title={q.data?.name ?? t(`${KINDS[kind].texts}.title`)}
      onOpenChange={(o) => !o && onClose()}
      actions={
        <span className="flex items-center">
          <span className="mr-2">
            <Present room={`${kind}:${id}`} />
          </span>
          <IconButton label={t('previous')} keys={keys.previous} disabled={at <= 0} onClick={() => step(-1)}>
            <ArrowUp size={15} />
          </IconButton>
          <IconButton
            label={t('next')}
            keys={keys.next}
            disabled={at < 0 || at >= rows.length - 1}
            onClick={() => step(1)}
          >
            <ArrowDown size={15} />
          </IconButton>
          <IconButton label={t('openFull')} keys="↵" onClick={expand}>
            <Maximize2 size={14} />
          </IconButton>
        </span>
      }
    >
      {q.data ? (
        <div {...edits} className="bg-raised">
          <RecordView key={id} kind={kind} record={q.data} layout="tabs" tab={tab} onTab={setTab} />
        </div>
      ) : q.error ? (
        <ErrorState error={q.error} onRetry={() => void q.refetch()} />
      ) : (
        <RecordSkeleton layout="tabs" />
      )}
    </Drawer>
  )
}
