import { infiniteQueryOptions, type QueryClient, queryOptions, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { get, send } from '@/shared/api/call'
import { isApiError } from '@/shared/api/errors'
import { toast } from '@/shared/ui/toast'
import type { SessionInput } from './session-step'
import type {
  Account,
  CodeTaken,
  ConfigInput,
  ConnectInput,
  Connecting,
  Device,
  DialogKind,
  Dialogs,
  HealthEntry,
  Network,
  Networks,
  SyncChat,
  SyncStatus,
} from './types'

const B = '/api/bd-accounts'
const one = (id: string) => `${B}/${id}`
const PAGE = 100
const LOOK_SOON_MS = 1500
/** For a minute; whoever opens the list later asks again. */
const PATIENT_LOOKS = 40
export type DialogQuery = { search?: string; folder?: number; kind?: DialogKind }

export const api = {
  list: (signal?: AbortSignal) => get<{ items: Account[] }>(B, {}, signal).then((r) => r.items),
  get: (id: string, signal?: AbortSignal) => get<Account>(one(id), {}, signal),
  networks: (signal?: AbortSignal) => get<Networks>(`${B}/network`, {}, signal),
  connect: (body: ConnectInput) => send<Connecting>('POST', `${B}/connect`, body),
  importSession: (body: SessionInput & { network: Network }) => send<Account>('POST', `${B}/import-session`, body),
  code: (id: string, code: string) => send<CodeTaken>('POST', `${one(id)}/code`, { code }),
  password: (id: string, password: string) => send<Account>('POST', `${one(id)}/password`, { password }),
  resend: (id: string) => send<Connecting>('POST', `${one(id)}/resend-code`),
  reconnect: (id: string) => send<Account>('POST', `${one(id)}/reconnect`),
  pause: (id: string) => send<Account>('POST', `${one(id)}/pause`),
  resume: (id: string) => send<Account>('POST', `${one(id)}/resume`),
  disconnect: (id: string, logOut: boolean) => send<Account>('POST', `${one(id)}/disconnect`, { logOut }),
  remove: (id: string) => send('DELETE', one(id)),
  config: (id: string, body: ConfigInput & { version: number }) => send<Account>('PUT', `${one(id)}/config`, body),
  health: (id: string, cursor?: string, signal?: AbortSignal) =>
    get<{ items: HealthEntry[]; page?: { nextCursor?: string | null } }>(`${one(id)}/health`, { cursor }, signal),
  dialogs: (id: string, query: DialogQuery & { cursor?: string }, signal?: AbortSignal) =>
    get<Dialogs>(`${one(id)}/dialogs`, { ...query, limit: PAGE }, signal),
  refreshDialogs: (id: string) => send('POST', `${one(id)}/dialogs/refresh`),
  syncChats: (id: string, signal?: AbortSignal) =>
    get<{ items: SyncChat[] }>(`${one(id)}/sync-chats`, {}, signal).then((r) => r.items),
  chooseChats: (id: string, chatIds: readonly string[], days: number | null) =>
    send('POST', `${one(id)}/sync-chats`, { chats: chatIds.map((chatId) => ({ chatId })), days }),
  sync: (id: string, what: 'start' | 'pause' | 'resume') => send('POST', `${one(id)}/sync-${what}`),
  syncStatus: (id: string, signal?: AbortSignal) => get<SyncStatus>(`${one(id)}/sync-status`, {}, signal),
  sessions: (id: string, signal?: AbortSignal) =>
    get<{ items: Device[] }>(`${one(id)}/sessions`, {}, signal).then((r) => r.items),
  endSession: (id: string, hash: string) => send('DELETE', `${one(id)}/sessions/${hash}`),
}

export const keys = {
  list: ['bd-accounts'],
  one: (id: string) => ['bd-account', id],
  sync: (id: string) => ['bd-account', id, 'sync'],
  syncChats: (id: string) => ['bd-account', id, 'sync-chats'],
  dialogs: (id: string) => ['bd-dialogs', id],
  health: (id: string) => ['bd-health', id],
  sessions: (id: string) => ['bd-sessions', id],
} as const
export const listOptions = () =>
  queryOptions({ queryKey: [...keys.list, 'page'], queryFn: ({ signal }) => api.list(signal) })
export const accountOptions = (id: string) =>
  queryOptions({ queryKey: [...keys.one(id), 'page'], queryFn: ({ signal }) => api.get(id, signal) })
export const networksOptions = () =>
  queryOptions({ queryKey: ['bd-networks'], queryFn: ({ signal }) => api.networks(signal), staleTime: 5 * 60_000 })
export const dialogsOptions = (id: string, query: DialogQuery) =>
  infiniteQueryOptions({
    queryKey: [...keys.dialogs(id), query],
    queryFn: ({ pageParam, signal }) => api.dialogs(id, { ...query, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.page.nextCursor ?? undefined,
    // The account reads its chats in the moment after it was connected.
    refetchInterval: ({ state: { data, dataUpdateCount } }) =>
      data?.pages[0]?.fetchedAt === null && dataUpdateCount < PATIENT_LOOKS ? LOOK_SOON_MS : false,
  })
export const healthOptions = (id: string) =>
  infiniteQueryOptions({
    queryKey: keys.health(id),
    queryFn: ({ pageParam, signal }) => api.health(id, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.page?.nextCursor ?? undefined,
  })
const LOOK_MS = 3000
/** Events tell of progress; this is for when the line is away. */
export const syncOptions = (id: string) =>
  queryOptions({
    queryKey: keys.sync(id),
    queryFn: ({ signal }) => api.syncStatus(id, signal),
    refetchInterval: ({ state: { data } }) => (data?.state === 'running' ? LOOK_MS : false),
  })
export const syncChatsOptions = (id: string) =>
  queryOptions({ queryKey: keys.syncChats(id), queryFn: ({ signal }) => api.syncChats(id, signal) })
export const sessionsOptions = (id: string) =>
  queryOptions({ queryKey: keys.sessions(id), queryFn: ({ signal }) => api.sessions(id, signal) })

export function putAccount(qc: QueryClient, account: Account) {
  qc.setQueryData(accountOptions(account.id).queryKey, account)
  qc.setQueryData(listOptions().queryKey, (all) =>
    all?.some((a) => a.id === account.id)
      ? all.map((a) => (a.id === account.id ? account : a))
      : [...(all ?? []), account],
  )
}
export function refreshAccount(qc: QueryClient, id: string) {
  void qc.invalidateQueries({ queryKey: keys.one(id) })
  void qc.invalidateQueries({ queryKey: keys.list })
}

/** Changes of accounts: shown at once where that is safe, taken back when refused. */
export function useAccountChanges() {
  const { t } = useTranslation('accounts')
  const qc = useQueryClient()
  const run = async (what: Promise<Account | undefined>, id: string, not: string) => {
    try {
      const account = await what
      if (account) putAccount(qc, account)
      return account ?? true
    } catch (e) {
      toast.error(not, e)
      return false
    } finally {
      refreshAccount(qc, id)
    }
  }
  return {
    /** Throws what the server refused: a form says it where it belongs. */
    save: async (a: Account, body: ConfigInput) => {
      const version = qc.getQueryData(accountOptions(a.id).queryKey)?.version ?? a.version
      try {
        putAccount(qc, await api.config(a.id, { ...body, version }))
      } catch (e) {
        if (isApiError(e) && e.status === 409) refreshAccount(qc, a.id)
        throw e
      }
      refreshAccount(qc, a.id)
    },
    mode: async (a: Account, mode: Account['mode']) => {
      putAccount(qc, { ...a, mode })
      const ok = await run(api.config(a.id, { mode, version: a.version }), a.id, t('notSaved'))
      if (!ok) putAccount(qc, a)
    },
    reconnect: (a: Account) => run(api.reconnect(a.id), a.id, t('notReconnected')),
    disconnect: (a: Account, logOut: boolean) => run(api.disconnect(a.id, logOut), a.id, t('notDisconnected')),
    remove: async (a: Account) => {
      try {
        await api.remove(a.id)
        qc.setQueryData(listOptions().queryKey, (all) => all?.filter((x) => x.id !== a.id))
        return true
      } catch (e) {
        toast.error(t('notRemoved'), e)
        return false
      } finally {
        void qc.invalidateQueries({ queryKey: keys.list })
      }
    },
    sync: async (id: string, what: 'start' | 'pause' | 'resume') => {
      try {
        await api.sync(id, what)
      } catch (e) {
        toast.error(t('sync.notDone'), e)
      }
      void qc.invalidateQueries({ queryKey: keys.one(id) })
    },
    endSession: async (id: string, hash: string) => {
      try {
        await api.endSession(id, hash)
        qc.setQueryData(sessionsOptions(id).queryKey, (all) => all?.filter((d) => d.hash !== hash))
        toast.success(t('sessions.ended'))
      } catch (e) {
        toast.error(t('sessions.notEnded'), e)
      }
      void qc.invalidateQueries({ queryKey: keys.sessions(id) })
    },
  }
}
export type AccountChanges = ReturnType<typeof useAccountChanges>
