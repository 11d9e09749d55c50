import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { createView, deleteView, listViews, updateView } from '@/api/gen/sdk.gen'
import type { SavedView, ViewInput, ViewPatch, ViewRecordType } from '@/api/gen/types.gen'
import { i18n } from '@/shared/i18n'
import { toast } from '@/shared/ui/toast'
import { again, moveTo } from './model'

/** Views in the query cache: changed on screen at once, then at the server; taken back with a message when that fails. */
const must = { throwOnError: true } as const
const keyOf = (recordType: ViewRecordType) => ['views', recordType] as const

export const viewsOptions = (recordType: ViewRecordType) =>
  queryOptions({
    queryKey: keyOf(recordType),
    queryFn: ({ signal }) => listViews({ query: { recordType }, signal, ...must }).then((r) => r.data.items),
    staleTime: 60_000,
    retry: false,
  })

type Change = (views: SavedView[]) => SavedView[]
function show(qc: QueryClient, recordType: ViewRecordType, change: Change) {
  void qc.cancelQueries({ queryKey: keyOf(recordType) })
  const before = qc.getQueryData<SavedView[]>(keyOf(recordType))
  qc.setQueryData<SavedView[]>(keyOf(recordType), (v) => change(v ?? []))
  return () => qc.setQueryData(keyOf(recordType), before)
}
const put = (view: SavedView): Change => {
  return (views) =>
    views.some((v) => v.id === view.id) ? views.map((v) => (v.id === view.id ? view : v)) : [...views, view]
}
const reread = (qc: QueryClient, recordType: ViewRecordType) =>
  void qc.invalidateQueries({ queryKey: keyOf(recordType) })

export async function addView(qc: QueryClient, input: ViewInput): Promise<SavedView> {
  const { data } = await createView({ body: input, ...must })
  show(qc, input.recordType, put(data))
  reread(qc, input.recordType)
  return data
}
export async function changeView(
  qc: QueryClient,
  view: SavedView,
  change: Omit<ViewPatch, 'version'>,
): Promise<boolean> {
  const back = show(qc, view.recordType, (views) =>
    views.map((v) => {
      if (v.id === view.id) return { ...v, ...(change as Partial<SavedView>) }
      return {
        ...v,
        ...(change.isDefault ? { isDefault: false } : {}),
        ...(change.isOrgDefault ? { isOrgDefault: false } : {}),
      }
    }),
  )
  try {
    const { data } = await updateView({ path: { id: view.id }, body: { ...change, version: view.version }, ...must })
    show(qc, view.recordType, put(data))
    return true
  } catch (e) {
    back()
    toast.error(i18n.t('views:notSaved', { name: view.name }), e)
    return false
  } finally {
    reread(qc, view.recordType)
  }
}
export async function placeView(qc: QueryClient, view: SavedView, to: number) {
  const back = show(qc, view.recordType, (views) => moveTo(views, view.id, to))
  try {
    await updateView({ path: { id: view.id }, body: { position: to, version: view.version }, ...must })
  } catch (e) {
    back()
    toast.error(i18n.t('views:notMoved', { name: view.name }), e)
  } finally {
    reread(qc, view.recordType)
  }
}
/** Gone at once; for ten seconds it can be made again. `onBack` opens it. */
export async function removeView(qc: QueryClient, view: SavedView, onBack: (view: SavedView) => void) {
  const back = show(qc, view.recordType, (views) => views.filter((v) => v.id !== view.id))
  try {
    await deleteView({ path: { id: view.id }, ...must })
    toast.undo(i18n.t('views:deleted', { name: view.name }), () => {
      addView(qc, again(view)).then(onBack, (e: unknown) =>
        toast.error(i18n.t('views:notSaved', { name: view.name }), e),
      )
    })
  } catch (e) {
    back()
    toast.error(i18n.t('views:notDeleted', { name: view.name }), e)
  } finally {
    reread(qc, view.recordType)
  }
}
