import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Combine, Merge, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DuplicateHint } from '@/api/gen/types.gen'
import { useCan } from '@/shared/session/session'
import { timelineOptions } from '@/shared/timeline/api'
import { Button } from '@/shared/ui/button'
import { Notice } from '@/shared/ui/notice'
import { Popover } from '@/shared/ui/popover'
import { toast } from '@/shared/ui/toast'
import { areApart } from './apart'
import { api, recordOptions } from './api'
import { RecordIcon } from './cells'
import type { CrmRecord, Kind } from './fields'
import { KINDS, permission } from './kinds'
import { dismiss, unmerge } from './merge'
import { MAX_MERGE } from './merge-limits'
import { duplicateQuestion } from './record-input'

/** On a record that went into another: where to, and the way back. */
export function MergedBanner({ kind, record }: { kind: Kind; record: CrmRecord }) {
  const { t } = useTranslation('merge')
  const qc = useQueryClient()
  const mayMerge = useCan(permission(kind, 'merge'))
  const [busy, setBusy] = useState(false)
  const into = record.mergedInto
  const target = useQuery({ ...recordOptions(kind, into ?? ''), enabled: !!into }).data
  // The merge stands at the top of its timeline, with the batch it was made in.
  const log = useInfiniteQuery({ ...timelineOptions(kind, record.id), enabled: !!into && mayMerge })
  const batchId = log.data?.pages[0]?.items.find((e) => e.batchId && e.action === 'merged')?.batchId
  if (!into) return null
  const back = async (id: string) => {
    setBusy(true)
    await unmerge(qc, kind, id)
    setBusy(false)
  }
  return (
    <Notice kind="info" icon={Merge} role="status" className="m-3 mb-0 items-center!">
      <span className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <span className="min-w-0 flex-1 basis-48">
          {t('banner.text')} {t('banner.into')}{' '}
          <Link to={KINDS[kind].page} params={{ id: into }} className="font-semibold underline underline-offset-2">
            {target?.name ?? t('banner.open')}
          </Link>
        </span>
        {batchId && (
          <Button busy={busy} onClick={() => void back(batchId)}>
            <Undo2 size={14} aria-hidden />
            {t('undo.action')}
          </Button>
        )}
      </span>
    </Notice>
  )
}

/** People share names: without anything else in common they have to be of one company. */
const isLikely = (d: DuplicateHint, record: CrmRecord) =>
  d.matchedOn.some((m) => m !== 'name') || (d.companyName ?? null) === (record.companyName ?? null)

/** In the head of a record's page: others that look the same, if there are any. Takes no room until there are. */
export function SimilarRecords({ kind, record }: { kind: Kind; record: CrmRecord }) {
  const { t } = useTranslation('merge')
  const { t: tr } = useTranslation('records')
  const qc = useQueryClient()
  const navigate = useNavigate()
  const [open, setOpen] = useState(false)
  const mayMerge = useCan(permission(kind, 'merge')) && record.deletedAt === null
  const question = duplicateQuestion(kind, {
    name: record.name,
    emails: record.emails,
    phones: record.phones,
    telegramUsername: record.telegramUsername ?? '',
    linkedinUrl: record.linkedinUrl ?? '',
    website: record.website ?? '',
  })
  const q = useQuery({
    queryKey: ['duplicates', kind, 'like', record.id, JSON.stringify(question)],
    queryFn: ({ signal }) => api.duplicates(kind, question ?? {}, signal),
    enabled: mayMerge && question !== null,
    retry: false,
    staleTime: 60_000,
  })
  const apart = areApart(record.id)
  const similar = (q.data ?? [])
    .filter((d) => d.id !== record.id && !apart(d.id) && isLikely(d, record))
    .slice(0, MAX_MERGE - 1)
  if (!mayMerge || similar.length === 0) return null
  const ids = [record.id, ...similar.map((d) => d.id)]
  const tellApart = async () => {
    setOpen(false)
    if (!(await dismiss(qc, kind, ids))) return
    toast.success(t('dismiss.done'))
    void q.refetch()
  }
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label={t('hint.title')}
      align="end"
      className="w-80"
      trigger={
        <Button variant="ghost" data-tone="amber" className="bg-tone! text-tone-fg! any-pointer-coarse:h-9!">
          <Combine size={13} aria-hidden />
          <span className="max-md:sr-only">{t('hint.button', { count: similar.length })}</span>
          <span aria-hidden className="tabular md:hidden">
            {similar.length}
          </span>
        </Button>
      }
    >
      <h2 className="text-sm font-semibold">{t('hint.title')}</h2>
      <ul className="my-2 flex flex-col gap-2">
        {similar.map((d) => (
          <li key={d.id} className="flex min-w-0 items-center gap-2.5">
            <RecordIcon kind={kind} name={d.name} size={24} />
            <span className="min-w-0 flex-1">
              <Link
                to={KINDS[kind].page}
                params={{ id: d.id }}
                onClick={() => setOpen(false)}
                className="block truncate text-sm font-medium hover:underline"
              >
                {d.name}
              </Link>
              <span className="block truncate text-xs text-subtle">
                {[d.companyName, ...d.matchedOn.map((m) => tr(`duplicates.on.${m}`))].filter(Boolean).join(' · ')}
              </span>
            </span>
          </li>
        ))}
      </ul>
      <span className="flex flex-wrap gap-2">
        <Button
          variant="primary"
          onClick={() => void navigate({ to: `${KINDS[kind].path}/merge`, search: { ids: ids.join() } })}
        >
          <Merge size={14} aria-hidden />
          {t('hint.compare')}
        </Button>
        <Button onClick={() => void tellApart()}>{t('dismiss.action')}</Button>
      </span>
    </Popover>
  )
}
