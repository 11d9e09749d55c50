import type { QueryClient } from '@tanstack/react-query'
import { i18n } from '@/shared/i18n'
import { toast, UNDO_MS } from '@/shared/ui/toast'
import type { CrmRecord, Kind } from './fields'
import { afterUnmerge, mergeQuietly, tellUnmerged } from './merge'
import { mergeApi, type UnmergeConflict } from './merge-api'
import type { Choice } from './merge-model'

type Job = { records: readonly CrmRecord[]; choice: Choice }
/** Group after group, with progress; one undo takes all of them back, the last one first. */
export async function mergeMany(qc: QueryClient, kind: Kind, jobs: readonly Job[]) {
  const [only] = jobs
  if (!only) return
  const title = i18n.t('merge:bulk.running', { count: jobs.length })
  const id = toast.add({ title, progress: 0 })
  const batches: string[] = []
  for (const [i, { records, choice }] of jobs.entries()) {
    const merged = await mergeQuietly(qc, kind, records, choice)
    if (merged) batches.push(merged.batch.id)
    toast.update(id, { title, progress: (i + 1) / jobs.length })
  }
  if (batches.length === 0) return toast.close(id)
  toast.update(id, {
    type: 'success',
    title: i18n.t('merge:bulk.done', { count: batches.length }),
    timeout: UNDO_MS,
    action: { label: i18n.t('action.undo'), onClick: () => void unmergeMany(qc, kind, batches) },
  })
}

async function unmergeMany(qc: QueryClient, kind: Kind, batches: readonly string[]) {
  const conflicts: UnmergeConflict[] = []
  try {
    for (const batch of batches.toReversed()) conflicts.push(...(await mergeApi.unmerge(kind, batch)).conflicts)
    tellUnmerged(conflicts)
  } catch (e) {
    toast.error(i18n.t('merge:undo.failed'), e)
  } finally {
    afterUnmerge(qc, kind)
  }
}
