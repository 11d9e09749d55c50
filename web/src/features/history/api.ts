import {
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import type { ChatImport, ChatImportList, ChosenChat } from '@/api/gen/types.gen'
import { get, send } from '@/shared/api/call'
import { isApiError } from '@/shared/api/errors'
import { upload } from '@/shared/api/upload'
import { i18n } from '@/shared/i18n'
import { toast } from '@/shared/ui/toast'
import { isBusy } from './model'

const URL = '/api/messaging/imports'
const POLL_MS = 700
const keyOf = (id: string) => ['chat-import', id] as const

/** Asked again while work goes on; a server that asks to wait is given the time. */
const poll = (busy: boolean, error: unknown) =>
  busy && ((isApiError(error) && error.retryAfterSeconds ? error.retryAfterSeconds * 1000 : 0) || POLL_MS)

export const importOptions = (id: string) =>
  queryOptions({
    queryKey: keyOf(id),
    queryFn: ({ signal }) => get<ChatImport>(`${URL}/${id}`, {}, signal),
    staleTime: 0,
    refetchInterval: ({ state }) => poll(isBusy(state.data?.status), state.error),
  })

/** All that were begun, the newest first, as far as one may see them. */
const LIST = ['chat-imports'] as const
const PAGE = 20
export const listOptions = () =>
  infiniteQueryOptions({
    queryKey: LIST,
    queryFn: ({ pageParam, signal }) => get<ChatImportList>(URL, { limit: PAGE, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.page.nextCursor ?? undefined,
    staleTime: 0,
    refetchInterval: ({ state: { data, error } }) =>
      poll(data?.pages.some((p) => p.items.some((im) => isBusy(im.status))) ?? false, error),
  })

/** What the choice of an account has to know. */
export type AccountOf = { id: string; name: string; isConnected: boolean; username: string | null }
export const accountsOptions = () =>
  queryOptions({
    queryKey: ['bd-accounts', 'history'],
    queryFn: ({ signal }) => get<{ items: AccountOf[] }>('/api/bd-accounts', {}, signal).then((r) => r.items),
  })

export const uploadExport = (file: File, signal: AbortSignal, onProgress: (sent: number) => void) =>
  upload<ChatImport>({ url: URL, query: { fileName: file.name.slice(-255) }, body: file, signal, onProgress })

export function remember(qc: QueryClient, im: ChatImport) {
  qc.setQueryData(importOptions(im.id).queryKey, im)
  void qc.invalidateQueries({ queryKey: LIST })
}
/** The conversations that an import, or taking one back, changes. */
export function refreshChats(qc: QueryClient) {
  for (const key of ['inbox', 'inbox-counts', 'chat', 'thread', 'chats-of', 'chat-media'])
    void qc.invalidateQueries({ queryKey: [key] })
}

export function useStart(id: string) {
  const qc = useQueryClient()
  return useMutation({
    mutationFn: (body: { accountId: string; chats: ChosenChat[] }) =>
      send<ChatImport>('POST', `${URL}/${id}/start`, body),
    onSuccess: (im) => remember(qc, im),
    // Somebody else was a moment earlier: the page shows how far it is.
    onError: (e) => isApiError(e) && e.status === 409 && void qc.invalidateQueries({ queryKey: keyOf(id) }),
  })
}
export function useRevert(id: string) {
  const qc = useQueryClient()
  return useMutation({
    mutationFn: () => send<ChatImport>('POST', `${URL}/${id}/revert`),
    onSuccess: (im) => remember(qc, im),
    onError: (e) => {
      toast.error(i18n.t('history:revert.failed'), e)
      void qc.invalidateQueries({ queryKey: keyOf(id) })
    },
  })
}
