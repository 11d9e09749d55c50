import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import {
  createMute,
  deleteMute,
  deletePushSubscription,
  getNextDigest,
  getNotificationPreferences,
  getPush,
  listMutes,
  sendDigest,
  testNotification,
  updateNotificationPreferences,
} from '@/api/gen/sdk.gen'
import type { Mute, NotificationChannel, NotificationPreferences } from '@/api/gen/types.gen'
import { toast } from '@/shared/ui/toast'
import { keys } from './api'
import { isMutable } from './model'

const must = { throwOnError: true } as const
const PREFERENCES = ['notification-preferences'] as const
const DIGEST = ['notification-digest'] as const
export const PUSH = ['notification-push'] as const

export const usePreferences = () =>
  useQuery(queryOptions({ queryKey: PREFERENCES, queryFn: async () => (await getNotificationPreferences(must)).data }))

/** Every choice works at once. One after the other, the last one stays. */
export function useSavePreferences() {
  const { t } = useTranslation('notifications')
  const qc = useQueryClient()
  const { mutate } = useMutation({
    scope: { id: PREFERENCES[0] },
    mutationFn: ({ kinds, quietHours, digestTimes, digestDays }: NotificationPreferences) => {
      const chosen = kinds.map(({ category: _, ...kind }) => kind)
      return updateNotificationPreferences({ body: { kinds: chosen, quietHours, digestTimes, digestDays }, ...must })
    },
    onSuccess: () => void qc.invalidateQueries({ queryKey: DIGEST }),
    onError: (e) => {
      toast.error(t('prefs.notSaved'), e)
      void qc.invalidateQueries({ queryKey: PREFERENCES })
    },
  })
  return (change: (now: NotificationPreferences) => NotificationPreferences) => {
    const now = qc.getQueryData<NotificationPreferences>(PREFERENCES)
    if (!now) return
    const next = change(now)
    void qc.cancelQueries({ queryKey: PREFERENCES })
    qc.setQueryData(PREFERENCES, next)
    mutate(next)
  }
}

export function useTest() {
  const { t } = useTranslation('notifications')
  return useMutation({
    mutationFn: (channel: NotificationChannel) => testNotification({ body: { channel }, ...must }),
    onSuccess: (_, channel) => toast.success(t('prefs.tested', { channel: t(`prefs.channel.${channel}`) })),
    onError: (e) => toast.error(t('prefs.notTested'), e),
  })
}

/** What the next digest by mail would say; asked anew whenever one looks. */
export const useNextDigest = (enabled: boolean) =>
  useQuery({
    ...queryOptions({ queryKey: DIGEST, queryFn: async () => (await getNextDigest(must)).data, staleTime: 0 }),
    enabled,
  })
export function useSendDigest() {
  const { t } = useTranslation('notifications')
  const qc = useQueryClient()
  return useMutation({
    mutationFn: () => sendDigest(must),
    onSuccess: () => toast.success(t('prefs.digestSent')),
    onError: (e) => toast.error(t('prefs.digestNotSent'), e),
    onSettled: () => qc.invalidateQueries({ queryKey: DIGEST }),
  })
}

export const useMutes = () =>
  useQuery(
    queryOptions({
      queryKey: keys.mutes,
      queryFn: async () => (await listMutes(must)).data.items,
    }),
  )
/** Gone at once; the message gives it back. */
export function useUnmute() {
  const { t } = useTranslation('notifications')
  const qc = useQueryClient()
  const refresh = () => qc.invalidateQueries({ queryKey: keys.mutes })
  return useMutation({
    mutationFn: ({ mute }: { mute: Mute; name: string }) => deleteMute({ path: { id: mute.id }, ...must }),
    onMutate: async ({ mute }) => {
      await qc.cancelQueries({ queryKey: keys.mutes })
      const before = qc.getQueryData<Mute[]>(keys.mutes)
      qc.setQueryData<Mute[]>(keys.mutes, (all) => all?.filter((m) => m.id !== mute.id))
      return { before }
    },
    onSuccess: (_, { mute, name }) =>
      toast.undo(t('prefs.unmuted', { name }), () => {
        const { record, kind, until } = mute
        const what = record && isMutable(record.kind) ? { record: { kind: record.kind, id: record.id } } : { kind }
        createMute({ body: { ...what, until }, ...must }).then(refresh, (e: unknown) =>
          toast.error(t('prefs.notSaved'), e),
        )
      }),
    onError: (e, _, context) => {
      qc.setQueryData(keys.mutes, context?.before)
      toast.error(t('prefs.notSaved'), e)
    },
    onSettled: refresh,
  })
}

export const usePush = (enabled: boolean) =>
  useQuery({ ...queryOptions({ queryKey: PUSH, queryFn: async () => (await getPush(must)).data }), enabled })
export function useRemoveDevice() {
  const { t } = useTranslation('notifications')
  const qc = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => deletePushSubscription({ path: { id }, ...must }),
    onSuccess: () => toast.success(t('prefs.deviceRemoved')),
    onError: (e) => toast.error(t('prefs.notSaved'), e),
    onSettled: () => qc.invalidateQueries({ queryKey: PUSH }),
  })
}
