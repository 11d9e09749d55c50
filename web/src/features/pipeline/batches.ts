import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import { bulkDeals, getBatch, undoBatch } from '@/api/gen/sdk.gen'
import type { Batch, Deal, DealBulkAction, DealBulkRequest, DealPage, Named } from '@/api/gen/types.gen'
import { isApiError } from '@/shared/api/errors'
import { i18n } from '@/shared/i18n'
import { toast, UNDO_MS } from '@/shared/ui/toast'
import { keys, refreshBoards } from './api'

const EVERY_MS = 500
const must = { throwOnError: true } as const
const running = (b: Batch) => b.status === 'running' || b.status === 'reverting'
const wait = (ms: number) => new Promise((r) => setTimeout(r, ms))

/** What a bulk change does to a row that is on screen; null takes it out of the list. */
export function effect(request: DealBulkRequest, owner: Named | null): ((d: Deal) => Deal) | null {
  const tags = request.tags ?? []
  switch (request.action) {
    case 'assign':
      return (d) => ({ ...d, owner })
    case 'addTags':
      return (d) => ({ ...d, tags: [...new Set([...d.tags, ...tags])] })
    case 'removeTags':
      return (d) => ({ ...d, tags: d.tags.filter((t) => !tags.includes(t)) })
    case 'setExpectedCloseOn':
      return (d) => ({ ...d, expectedCloseOn: request.expectedCloseOn ?? null })
    case 'move':
      return (d) => ({ ...d, stageId: request.stageId ?? d.stageId, daysInStage: 0, rotting: false })
    default:
      return null
  }
}

type Pages = InfiniteData<DealPage>
export function changeRows(data: Pages, ids: ReadonlySet<string>, change: ((d: Deal) => Deal) | null): Pages {
  let gone = 0
  const pages = data.pages.map((p) => {
    if (!p.items.some((d) => ids.has(d.id))) return p
    const items = p.items.flatMap((d) => (ids.has(d.id) ? (change ? change(d) : []) : d))
    gone += p.items.length - items.length
    return { ...p, items }
  })
  const less = (p: DealPage) => ({ ...p, page: { ...p.page, total: Math.max(0, p.page.total - gone) } })
  return { ...data, pages: gone > 0 ? pages.map(less) : pages }
}

/** A change of many deals: seen at once on the rows that are named, followed to its end, and taken back as a whole. */
export async function bulk(qc: QueryClient, request: DealBulkRequest, count: number, owner: Named | null = null) {
  const ids = new Set(request.ids ?? [])
  const lists = { queryKey: keys.deals, predicate: (q: { state: { data?: unknown } }) => isPages(q.state.data) }
  await qc.cancelQueries({ queryKey: keys.deals })
  const before = qc.getQueriesData<Pages>(lists)
  const change = effect(request, owner)
  qc.setQueriesData<Pages>(lists, (d) => d && changeRows(d, ids, change))
  try {
    const { data } = await bulkDeals({ body: request, ...must })
    await follow(qc, data, request.action, count)
  } catch (e) {
    for (const [key, data] of before) qc.setQueryData(key, data)
    refreshBoards(qc)
    toast.error(i18n.t(`pipeline:batch.${request.action}.failed`), e)
  }
}
const isPages = (v: unknown) => Array.isArray((v as Pages | undefined)?.pages)

async function follow(qc: QueryClient, first: Batch, action: DealBulkAction, expected: number) {
  let batch = first
  let id: string | null = null
  const undoing = first.kind === 'undo'
  for (let misses = 0; running(batch); ) {
    const total = batch.total || expected
    const progress = {
      title: undoing
        ? i18n.t('pipeline:batch.undo.running')
        : i18n.t(`pipeline:batch.${action}.running`, { count: total }),
      description: i18n.t('pipeline:batch.progress', { done: batch.done, total }),
      progress: batch.done / Math.max(1, total),
    }
    if (id) toast.update(id, progress)
    else id = toast.add(progress)
    await wait(EVERY_MS)
    try {
      batch = (await getBatch({ path: { id: first.id }, ...must })).data
      misses = 0
    } catch (e) {
      // The job goes on without us: a short loss of the connection is no failure of it.
      if (!isApiError(e) || (!e.isNetwork && e.status !== 429 && e.status < 500) || ++misses > 60) {
        if (id) toast.close(id)
        throw e
      }
    }
  }
  refreshBoards(qc)
  void qc.invalidateQueries({ queryKey: ['deal'] })
  const end = ending(qc, { ...batch, kind: first.kind }, action)
  if (id) toast.update(id, end)
  else toast.add(end)
}

function ending(qc: QueryClient, batch: Batch, action: DealBulkAction) {
  const why = action === 'move' && batch.kind !== 'undo' ? 'refused' : 'conflicts'
  const description = batch.conflicts > 0 ? i18n.t(`pipeline:batch.${why}`, { count: batch.conflicts }) : undefined
  if (batch.status === 'failed')
    return { type: 'error' as const, title: i18n.t(`pipeline:batch.${action}.failed`), description }
  if (batch.kind === 'undo') return { type: 'success' as const, title: i18n.t('pipeline:batch.undo.done'), description }
  const count = Math.max(0, (batch.done || batch.total) - batch.conflicts)
  if (count === 0) return { type: 'info' as const, title: i18n.t(`pipeline:batch.${action}.failed`), description }
  return {
    type: 'success' as const,
    title: i18n.t(`pipeline:batch.${action}.done`, { count }),
    description,
    timeout: UNDO_MS,
    action: { label: i18n.t('action.undo'), onClick: () => void undo(qc, batch, action) },
  }
}
async function undo(qc: QueryClient, batch: Batch, action: DealBulkAction) {
  try {
    const { data } = await undoBatch({ path: { id: batch.id }, ...must })
    await follow(qc, { ...data, kind: 'undo' }, action, batch.total)
  } catch (e) {
    toast.error(i18n.t('pipeline:batch.undo.failed'), e)
  }
}
