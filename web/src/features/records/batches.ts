import type { QueryClient } from '@tanstack/react-query'
import { getBatch, undoBatch } from '@/api/gen/sdk.gen'
import type { Batch, BulkAction, BulkRequest } from '@/api/gen/types.gen'
import { isApiError } from '@/shared/api/errors'
import { i18n } from '@/shared/i18n'
import { toast, UNDO_MS } from '@/shared/ui/toast'
import { api, keys, refresh } from './api'
import { apply, type Show } from './cache'
import type { CrmRecord, Kind } from './fields'
import { patchMany, takeOut } from './save'

const EVERY_MS = 500
const running = (b: Batch) => b.status === 'running' || b.status === 'reverting'
const wait = (ms: number) => new Promise((r) => setTimeout(r, ms))

/** What a bulk change does to a row that is on screen. */
function effect(request: BulkRequest, ownerName: string | null): ((r: CrmRecord) => CrmRecord) | null {
  const tags = request.tags ?? []
  const change = (show: (r: CrmRecord) => Show) => (r: CrmRecord) => apply(r, show(r))
  if (request.action === 'assign') return change(() => ({ ownerId: request.ownerId ?? null, ownerName }))
  if (request.action === 'addTags') return change((r) => ({ tags: [...new Set([...r.tags, ...tags])] }))
  if (request.action === 'removeTags') return change((r) => ({ tags: r.tags.filter((t) => !tags.includes(t)) }))
  return null
}

/**
 * A change of many records: seen at once on the rows that are named, then followed to its end by a toast that survives
 * navigation and offers to undo the whole.
 */
export async function bulk(qc: QueryClient, kind: Kind, request: BulkRequest, count: number, ownerName: string | null) {
  const ids = new Set(request.ids ?? [])
  const change = effect(request, ownerName)
  const out = change || ids.size === 0 ? null : takeOut(qc, kind, ids)
  if (change) patchMany(qc, kind, ids, change)
  try {
    const batch = await api.bulk(kind, request)
    await follow(qc, batch, kind, request.action, count)
  } catch (e) {
    out?.back()
    refresh(qc, kind, true)
    toast.error(i18n.t(`records:batch.${request.action}.failed`), e)
  }
}

/** Follows records that are being given out. Who gets which is the server's to say: the rows come anew at the end. */
export async function followDistribution(qc: QueryClient, kind: Kind, batch: Batch, count: number) {
  try {
    await follow(qc, batch, kind, 'distribute', count)
  } catch (e) {
    refresh(qc, kind, true)
    toast.error(i18n.t('records:batch.distribute.failed'), e)
  }
}

type Action = BulkAction | 'distribute'
async function follow(qc: QueryClient, first: Batch, kind: Kind, action: Action, expected: number) {
  let batch = first
  let id: string | null = null
  const undoing = first.kind === 'undo'
  for (let misses = 0; running(batch); ) {
    const total = batch.total || expected
    const title = undoing
      ? i18n.t('records:batch.undo.running')
      : i18n.t(`records:batch.${action}.running`, { count: total })
    const progress = {
      title,
      description: i18n.t('records:batch.progress', { done: batch.done, total }),
      progress: batch.done / Math.max(1, total),
    }
    if (id) toast.update(id, progress)
    else id = toast.add(progress)
    await wait(EVERY_MS)
    try {
      batch = (await getBatch({ path: { id: first.id }, throwOnError: true })).data
      misses = 0
    } catch (e) {
      // The job goes on without us: a short loss of the connection is no failure of it.
      if (!isApiError(e) || (!e.isNetwork && e.status !== 429 && e.status < 500) || ++misses > 60) {
        if (id) toast.close(id)
        throw e
      }
    }
  }
  refresh(qc, kind, true)
  void qc.invalidateQueries({ predicate: (q) => isDetail(q.queryKey, kind) })
  const end = ending(qc, batch, kind, action)
  if (id) toast.update(id, end)
  else toast.add(end)
}

function isDetail(key: readonly unknown[], kind: Kind) {
  const id = (key[0] as { _id?: string } | undefined)?._id
  const of = (k: readonly unknown[]) => (k[0] as { _id?: string })._id
  return id === of(keys.one(kind, '')) || id === of(keys.timeline(kind, '')) || id === 'listTags'
}

function ending(qc: QueryClient, batch: Batch, kind: Kind, action: Action) {
  const left = action === 'distribute' && batch.kind !== 'undo' ? 'leftOut' : 'conflicts'
  const conflicts = batch.conflicts > 0 ? i18n.t(`records:batch.${left}`, { count: batch.conflicts }) : undefined
  if (batch.status === 'failed')
    return { type: 'error' as const, title: i18n.t(`records:batch.${action}.failed`), description: conflicts }
  if (batch.kind === 'undo')
    return { type: 'success' as const, title: i18n.t('records:batch.undo.done'), description: conflicts }
  return {
    type: 'success' as const,
    title: i18n.t(`records:batch.${action}.done`, { count: batch.done || batch.total }),
    description: conflicts,
    timeout: UNDO_MS,
    action: { label: i18n.t('action.undo'), onClick: () => void undo(qc, batch, kind, action) },
  }
}
async function undo(qc: QueryClient, batch: Batch, kind: Kind, action: Action) {
  try {
    const { data } = await undoBatch({ path: { id: batch.id }, throwOnError: true })
    await follow(qc, { ...data, kind: 'undo' }, kind, action, batch.total)
  } catch (e) {
    toast.error(i18n.t('records:batch.undo.failed'), e)
  }
}
