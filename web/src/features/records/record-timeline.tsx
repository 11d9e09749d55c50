import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Undo2 } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldsOptions } from '@/shared/fields/fields'
import { useCan } from '@/shared/session/session'
import { explainDeal } from '@/shared/timeline/explain-deal'
import type { Explain } from '@/shared/timeline/tell'
import { Timeline } from '@/shared/timeline/timeline-view'
import { Button } from '@/shared/ui/button'
import type { Tools } from './cells'
import { explainFields, isOpenMerge } from './explained'
import type { Kind } from './fields'
import { permission } from './kinds'
import { unmerge } from './merge'
import { useTools } from './use-tools'

/** The timeline of a contact or a company and its deals: a merge can be taken back there. */
export default function RecordTimeline({ kind, id, readOnly }: { kind: Kind; id: string; readOnly: boolean }) {
  const tools = useTools()
  const mayMerge = useCan(permission(kind, 'merge')) && !readOnly
  const explain = useExplain(kind, tools)
  return (
    <Timeline
      kind={kind}
      id={id}
      readOnly={readOnly}
      explain={explain}
      action={(entry, entries) =>
        mayMerge && entry.batchId && isOpenMerge(entry, entries) && <UndoMerge kind={kind} batchId={entry.batchId} />
      }
    />
  )
}
/** Changes of the record, and of its deals. */
function useExplain(kind: Kind, tools: Tools): Explain {
  const { t } = useTranslation('pipeline')
  // Told by their keys until it is known how they are called.
  useQuery({ ...fieldsOptions('deal'), enabled: useCan('crm.deals.read') })
  return useMemo(() => {
    const own = explainFields(kind, tools)
    return (field, entry) => (entry.deal ? explainDeal(entry.deal, { t, fmt: tools.fmt }) : own)(field, entry)
  }, [kind, tools, t])
}
function UndoMerge({ kind, batchId }: { kind: Kind; batchId: string }) {
  const { t } = useTranslation('records')
  const qc = useQueryClient()
  const [busy, setBusy] = useState(false)
  const undo = async () => {
    setBusy(true)
    await unmerge(qc, kind, batchId)
    setBusy(false)
  }
  return (
    <Button variant="ghost" busy={busy} onClick={() => void undo()} className="mt-1 -ml-2">
      <Undo2 size={14} aria-hidden />
      {t('merge.undo')}
    </Button>
  )
}
