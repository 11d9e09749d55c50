import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import { isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { i18n, loadTexts } from '@/shared/i18n'
import { toast } from '@/shared/ui/toast'
import { keepApart } from './apart'
import { keys, refresh } from './api'
import type { CrmRecord, Kind } from './fields'
import { useLeft } from './left'
import { type GroupPage, groupKeys, mergeApi, refreshGroups, type UnmergeConflict } from './merge-api'
import { type Choice, mergedRecord, toBody } from './merge-model'
import { cached, patchEverywhere, takeOut } from './save'

export type Pages = InfiniteData<GroupPage, string>
/** Groups without these records; a group that is left with one record is none. */
export function withoutRecords(data: Pages, gone: ReadonlySet<string>): Pages {
  const pages = data.pages.map((p) => {
    if (!p.items.some((g) => g.records.some((r) => gone.has(r.id)))) return p
    const items = p.items
      .map((g) => ({ ...g, records: g.records.filter((r) => !gone.has(r.id)) }))
      .filter((g) => g.records.length > 1)
    return { ...p, items }
  })
  return { ...data, pages }
}
export function withoutGroup(data: Pages, ids: readonly string[]): Pages {
  const key = [...ids].sort().join()
  const is = (g: { records: readonly CrmRecord[] }) =>
    g.records
      .map((r) => r.id)
      .sort()
      .join() === key
  return { ...data, pages: data.pages.map((p) => ({ ...p, items: p.items.filter((g) => !is(g)) })) }
}
/** Changes the groups on screen; `back` puts them as they were unless they have changed since. */
function patchGroups(qc: QueryClient, kind: Kind, change: (data: Pages) => Pages) {
  const key = groupKeys.of(kind)
  void qc.cancelQueries({ queryKey: key })
  const before = qc.getQueryData<Pages>(key)
  if (!before) return () => {}
  const after = qc.setQueryData<Pages>(key, change(before))
  return () => void (qc.getQueryData(key) === after && qc.setQueryData(key, before))
}

/** What became one may look like a third: read again when the page is opened next, or has shown all it has. */
const markGroupsOld = (qc: QueryClient, kind: Kind) =>
  void qc.invalidateQueries({ queryKey: groupKeys.of(kind), refetchType: 'none' })

/** Deals move along: what other features have loaded of them is old. */
function refreshBeside(qc: QueryClient) {
  for (const key of ['deals', 'deal', 'board']) void qc.invalidateQueries({ queryKey: [key] })
}
function refreshRecords(qc: QueryClient, kind: Kind, ids: readonly string[]) {
  refresh(qc, kind, true)
  if (kind === 'company') refresh(qc, 'contact')
  for (const id of ids) {
    void qc.invalidateQueries({ queryKey: keys.one(kind, id) })
    void qc.invalidateQueries({ queryKey: keys.timeline(kind, id) })
  }
  refreshBeside(qc)
}

/** Seen at once, taken back alone when it is refused, and to be undone for ten seconds after. */
export async function merge(qc: QueryClient, kind: Kind, records: readonly CrmRecord[], choice: Choice) {
  const merged = await mergeQuietly(qc, kind, records, choice)
  if (!merged) return null
  toast.undo(
    i18n.t('merge:done', { count: records.length, name: merged.record.name }),
    () => void unmerge(qc, kind, merged.batch.id),
  )
  return merged
}
export async function mergeQuietly(qc: QueryClient, kind: Kind, records: readonly CrmRecord[], choice: Choice) {
  const body = toBody(kind, records, choice)
  const gone = new Set(body.from)
  const shown = mergedRecord(kind, records, choice)
  const before = cached(qc, kind, choice.into)
  if (shown) patchEverywhere(qc, kind, choice.into, () => shown)
  const out = takeOut(qc, kind, gone)
  const groupsBack = patchGroups(qc, kind, (d) => withoutRecords(d, gone))
  try {
    const merged = await mergeApi.merge(kind, body)
    patchEverywhere(qc, kind, choice.into, () => merged.record)
    refreshRecords(
      qc,
      kind,
      records.map((r) => r.id),
    )
    markGroupsOld(qc, kind)
    return merged
  } catch (e) {
    out.back()
    if (before) patchEverywhere(qc, kind, choice.into, () => before)
    groupsBack()
    const changed = isApiError(e) && e.status === 409
    toast.add({
      type: 'error',
      title: i18n.t(changed ? 'merge:changed' : 'merge:failed'),
      description: (isApiError(e) && e.details[0]?.message) || errorMessage(e),
      timeout: 8000,
    })
    if (changed) refreshRecords(qc, kind, [...gone, choice.into])
    refreshGroups(qc)
    return null
  }
}

export async function unmerge(qc: QueryClient, kind: Kind, batchId: string) {
  await loadTexts('merge') // the timeline beside a list has not
  try {
    const { conflicts } = await mergeApi.unmerge(kind, batchId)
    tellUnmerged(conflicts)
    return true
  } catch (e) {
    toast.error(i18n.t('merge:undo.failed'), e)
    return false
  } finally {
    afterUnmerge(qc, kind)
  }
}
export function tellUnmerged(conflicts: UnmergeConflict[]) {
  if (conflicts.length === 0) toast.success(i18n.t('merge:undo.done'))
  else useLeft.setState({ left: { conflicts }, wanted: true })
}
/** Any record may have come back or changed: what is on screen is read again. */
export function afterUnmerge(qc: QueryClient, kind: Kind) {
  refresh(qc, kind, true)
  if (kind === 'company') refresh(qc, 'contact')
  void qc.invalidateQueries({ predicate: (q) => ofRecord(q.queryKey, kind) })
  refreshGroups(qc)
  refreshBeside(qc)
}
function ofRecord(key: readonly unknown[], kind: Kind) {
  const id = (k: readonly unknown[]) => (k[0] as { _id?: string } | undefined)?._id
  return [keys.one(kind, ''), keys.timeline(kind, '')].some((k) => id(k) === id(key))
}

/** They stay two; the pair is not offered again. */
export async function dismiss(qc: QueryClient, kind: Kind, ids: string[]): Promise<boolean> {
  const back = patchGroups(qc, kind, (d) => withoutGroup(d, ids))
  try {
    await mergeApi.dismiss(kind, ids)
    keepApart(ids)
    return true
  } catch (e) {
    back()
    toast.error(i18n.t('merge:dismiss.failed'), e)
    refreshGroups(qc)
    return false
  }
}
