import { type InfiniteData, type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { undoBatch } from '@/api/gen/sdk.gen'
import type { MuteInput, Notification, UnreadCount } from '@/api/gen/types.gen'
import { i18n } from '@/shared/i18n'
import { toast } from '@/shared/ui/toast'
import { api, keys, type NotificationPage, type Which } from './api'
import { COUNT_KEY } from './count'
import { belongs, isUnread } from './model'

/** What can be done with notifications: shown at once everywhere, taken back when the server refuses. */
type Pages = InfiniteData<NotificationPage>
type Change = (n: Notification) => Notification

/** Changes some on every list; each stays only where it still belongs. Gives how to take it back. */
export function change(qc: QueryClient, ids: ReadonlySet<string>, how: Change) {
  void qc.cancelQueries({ queryKey: keys.list })
  const lists = qc.getQueriesData<Pages>({ queryKey: keys.list })
  const count = qc.getQueryData<UnreadCount>(COUNT_KEY)
  const counted = new Map<string, [Notification, Notification]>()
  for (const [key, data] of lists) {
    if (!data) continue
    const which = key[1] as Which
    const pages = data.pages.map((p) => ({
      ...p,
      items: p.items.flatMap((n) => {
        if (!ids.has(n.id)) return [n]
        const next = how(n)
        counted.set(n.id, [n, next])
        return belongs(next, which) ? [next] : []
      }),
    }))
    qc.setQueryData<Pages>(key, { ...data, pages })
  }
  if (count) {
    const counts = (n: Notification) => belongs(n, { filter: 'unread' })
    const all = [...counted.values()]
    const less = (some: typeof all) =>
      some.reduce((sum, [was, is]) => sum + Number(counts(is)) - Number(counts(was)), 0)
    qc.setQueryData<UnreadCount>(COUNT_KEY, {
      unread: Math.max(0, count.unread + less(all)),
      mentions: Math.max(0, count.mentions + less(all.filter(([n]) => n.category === 'mentions'))),
    })
  }
  return () => {
    for (const [key, data] of lists) qc.setQueryData(key, data)
    qc.setQueryData(COUNT_KEY, count)
  }
}
/** What the server makes of it: the count at once, lists that are not on screen when they are opened. */
function settle(qc: QueryClient, alsoShown = false) {
  void qc.invalidateQueries({ queryKey: COUNT_KEY })
  void qc.invalidateQueries({ queryKey: keys.list, refetchType: alsoShown ? 'active' : 'none' })
}

async function setRead(qc: QueryClient, items: readonly Notification[], read: boolean) {
  const some = items.filter((n) => isUnread(n) === read)
  if (some.length === 0) return false
  const ids = some.map((n) => n.id)
  const readAt = read ? new Date().toISOString() : null
  const back = change(qc, new Set(ids), (n) => ({ ...n, readAt }))
  try {
    await api.read(ids, read)
    settle(qc, !read)
    return true
  } catch (e) {
    back()
    toast.error(i18n.t('notifications:notSaved'), e)
    return false
  }
}

async function snooze(qc: QueryClient, items: readonly Notification[], until: string | null, said: string | null) {
  const before = new Map(items.map((n) => [n.id, n.snoozedUntil]))
  const back = change(qc, new Set(before.keys()), (n) => ({ ...n, snoozedUntil: until, readAt: until && null }))
  const results = await Promise.allSettled(items.map((n) => api.snooze(n.id, until)))
  const failed = results.find((r) => r.status === 'rejected')
  if (failed) {
    back()
    settle(qc, true)
    return toast.error(i18n.t('notifications:notSaved'), failed.reason)
  }
  settle(qc, until === null)
  if (said)
    toast.undo(said, () => {
      void Promise.all(
        items.map(async (n) => {
          await api.snooze(n.id, before.get(n.id) ?? null)
          if (n.readAt) await api.read([n.id], true)
        }),
      ).then(
        () => settle(qc, true),
        (e: unknown) => toast.error(i18n.t('notifications:notSaved'), e),
      )
    })
}

async function mute(qc: QueryClient, body: MuteInput, said: string) {
  try {
    const { id } = await api.mute(body)
    void qc.invalidateQueries({ queryKey: keys.mutes })
    toast.undo(said, () => {
      api.unmute(id).then(
        () => qc.invalidateQueries({ queryKey: keys.mutes }),
        (e: unknown) => toast.error(i18n.t('notifications:notSaved'), e),
      )
    })
  } catch (e) {
    toast.error(i18n.t('notifications:notSaved'), e)
  }
}

export function actionsOf(qc: QueryClient) {
  const setMany = async (items: readonly Notification[], read: boolean) => {
    const some = items.filter((n) => isUnread(n) === read)
    if (!(await setRead(qc, some, read))) return
    const said = i18n.t(read ? 'notifications:readMany' : 'notifications:unreadMany', { count: some.length })
    toast.undo(
      said,
      () =>
        void setRead(
          qc,
          some.map((n) => ({ ...n, readAt: read ? n.lastAt : null })),
          !read,
        ),
    )
  }
  return {
    read: (n: Notification, read = true) => void setRead(qc, [n], read),
    readMany: (items: readonly Notification[], read: boolean) => void setMany(items, read),
    /** All of a view, also what is not loaded. What came after `upTo` stays unread: nobody has seen it. */
    readAll: async ({ category }: Which, upTo: string | undefined) => {
      const all = qc.getQueriesData<Pages>({ queryKey: keys.list }).flatMap(([, d]) => d?.pages ?? [])
      const shown = all.flatMap((p) => p.items).filter((n) => isUnread(n) && (!category || n.category === category))
      const now = new Date().toISOString()
      const back = change(qc, new Set(shown.map((n) => n.id)), (n) => ({ ...n, readAt: now }))
      try {
        const { changed, ids } = await api.readAll({ category, upTo })
        settle(qc, true)
        const said = i18n.t('notifications:readMany', { count: changed })
        if (changed === 0) return
        // Only so many are named: the rest would stay read, so there is nothing to offer.
        if (ids.length < changed) return void toast.success(said)
        toast.undo(said, () => {
          api.read(ids, false).then(
            () => settle(qc, true),
            (e: unknown) => toast.error(i18n.t('notifications:notSaved'), e),
          )
        })
      } catch (e) {
        back()
        toast.error(i18n.t('notifications:notSaved'), e)
      }
    },
    snooze: (items: readonly Notification[], until: string | null, said: string | null) =>
      void snooze(qc, items, until, said),
    mute: (body: MuteInput, said: string) => void mute(qc, body, said),
    undoBatch: async (id: string) => {
      try {
        await undoBatch({ path: { id }, throwOnError: true })
        toast.success(i18n.t('notifications:undoing'))
      } catch (e) {
        toast.error(i18n.t('notifications:notUndone'), e)
      }
    },
  }
}
export type Actions = ReturnType<typeof actionsOf>
export function useActions(): Actions {
  const qc = useQueryClient()
  return useMemo(() => actionsOf(qc), [qc])
}
