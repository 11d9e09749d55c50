import {
  type QueryClient,
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import {
  cancelImportMutation,
  deleteImportMutation,
  getImportOptions,
  getImportQueryKey,
  listImportsInfiniteOptions,
  listMembersOptions,
  previewImportMutation,
  revertImportMutation,
  startImportMutation,
} from '@/api/gen/@tanstack/react-query.gen'
import { listTags } from '@/api/gen/sdk.gen'
import type { Import } from '@/api/gen/types.gen'
import { isApiError } from '@/shared/api/errors'
import { byCursor } from '@/shared/api/paging'
import { i18n } from '@/shared/i18n'
import { toast } from '@/shared/ui/toast'
import { isBusy } from './steps'

const POLL_MS = 500
/** Asked again while work goes on; a server that asks to wait is given the time. */
const poll = (busy: boolean, error: unknown) =>
  busy && ((isApiError(error) && error.retryAfterSeconds ? error.retryAfterSeconds * 1000 : 0) || POLL_MS)

export const importOptions = (id: string) =>
  queryOptions({
    ...getImportOptions({ path: { id } }),
    staleTime: 0,
    refetchInterval: ({ state }) => poll(isBusy(state.data?.status), state.error),
  })
export const useImport = (id: string) => useQuery(importOptions(id))

export const useImports = () =>
  useInfiniteQuery({
    ...listImportsInfiniteOptions({ query: { limit: 20 } }),
    ...byCursor,
    staleTime: 0,
    refetchInterval: ({ state }) =>
      poll(!!state.data?.pages.some((p) => p.items.some((i) => isBusy(i.status))), state.error) && 2 * POLL_MS,
  })

export const useMembers = (enabled: boolean) =>
  useQuery({ ...listMembersOptions({ query: { limit: 100 } }), enabled, staleTime: 5 * 60_000 })

export async function loadTags(search: string, signal: AbortSignal) {
  const { data } = await listTags({ query: { search }, signal, throwOnError: true })
  return data.items.map((t) => t.name)
}

/** Keys of the generated client have the operation, those of the pipeline begin with a word. */
const idOf = ([first]: readonly unknown[]) =>
  typeof first === 'string' ? first : ((first as { _id?: string } | undefined)?._id ?? '')
/** The list of imports, and everything an import or its revert changes. */
const TOUCHED = new Set([
  'listContacts',
  'listCompanies',
  'getContact',
  'getCompany',
  'getContactTimeline',
  'getCompanyTimeline',
  'getOverview',
  'listTags',
  'globalSearch',
  'listImports',
  'pipelines',
  'board',
  'deals',
  'deal',
  'moves',
])
export const refreshRecords = (qc: QueryClient) =>
  void qc.invalidateQueries({ predicate: (q) => TOUCHED.has(idOf(q.queryKey)) })
export const refreshImports = (qc: QueryClient) =>
  void qc.invalidateQueries({ predicate: (q) => idOf(q.queryKey) === 'listImports' })

const put = (qc: QueryClient, im: Import) => qc.setQueryData(getImportQueryKey({ path: { id: im.id } }), im)

function useKept() {
  const qc = useQueryClient()
  return {
    onSuccess: (im: Import) => {
      put(qc, im)
      refreshImports(qc)
    },
  }
}
/** One at a time: an earlier answer never replaces a later one. */
export const usePreviewImport = (id: string) =>
  useMutation({ ...previewImportMutation(), ...useKept(), scope: { id: `preview ${id}` } })
export const useStartImport = () => useMutation({ ...startImportMutation(), ...useKept() })
export const useCancelImport = () =>
  useMutation({
    ...cancelImportMutation(),
    ...useKept(),
    onError: (e) => toast.error(i18n.t('imports:run.cancelFailed'), e),
  })
export const useRevertImport = () =>
  useMutation({
    ...revertImportMutation(),
    ...useKept(),
    onError: (e) => toast.error(i18n.t('imports:revert.failed'), e),
  })
export function useDeleteImport() {
  const qc = useQueryClient()
  return useMutation({
    ...deleteImportMutation(),
    onSuccess: () => {
      refreshImports(qc)
      toast.success(i18n.t('imports:history.deleted'))
    },
    onError: (e) => toast.error(i18n.t('imports:history.deleteFailed'), e),
  })
}
/** A fresh upload is at hand before its page opens. */
export const rememberImport = (qc: QueryClient, im: Import) => {
  put(qc, im)
  refreshImports(qc)
}
