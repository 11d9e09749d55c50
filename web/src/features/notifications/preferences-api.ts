import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { toast } from '@/shared/ui/toast'
import { ask, type Category, keys, type Mute } from './api'

export type How = 'off' | 'instant' | 'digest'
export type KindPreference = {
  kind: string
  category: Category
  inApp: boolean
  email: How
  telegram: How
  push: boolean
}
export type Channel = 'inApp' | 'email' | 'telegram' | 'push'
export type Preferences = {
  kinds: KindPreference[]
  quietHours: { enabled: boolean; from: string; to: string; weekends: boolean }
  digestTimes: string[]
  channels: {
    email: { available: boolean; address?: string | null }
    telegram: { available: boolean }
    push: { available: boolean }
  }
}
export type Device = { id: string; device: string | null; createdAt: string; lastUsedAt: string | null }
export type Push = { publicKey: string | null; subscriptions: Device[] }

const PREFERENCES = ['notification-preferences'] as const
export const PUSH = ['notification-push'] as const

export const usePreferences = () =>
  useQuery(queryOptions({ queryKey: PREFERENCES, queryFn: () => ask<Preferences>('get', { url: '/preferences' }) }))

/** Every choice works at once. One after the other, the last one stays. */
export function useSavePreferences() {
  const { t } = useTranslation('notifications')
  const qc = useQueryClient()
  const { mutate } = useMutation({
    scope: { id: PREFERENCES[0] },
    mutationFn: ({ channels: _, ...body }: Preferences) => ask<Preferences>('put', { url: '/preferences', body }),
    onError: (e) => {
      toast.error(t('prefs.notSaved'), e)
      void qc.invalidateQueries({ queryKey: PREFERENCES })
    },
  })
  return (change: (now: Preferences) => Preferences) => {
    const now = qc.getQueryData<Preferences>(PREFERENCES)
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
    mutationFn: (channel: Channel) => ask<void>('post', { url: '/test', body: { channel } }),
    onSuccess: (_, channel) => toast.success(t('prefs.tested', { channel: t(`prefs.channel.${channel}`) })),
    onError: (e) => toast.error(t('prefs.notTested'), e),
  })
}

export const useMutes = () =>
  useQuery(
    queryOptions({
      queryKey: keys.mutes,
      queryFn: async () => (await ask<{ items: Mute[] }>('get', { url: '/mutes' })).items,
    }),
  )
/** Gone at once; the message gives it back. */
export function useUnmute() {
  const { t } = useTranslation('notifications')
  const qc = useQueryClient()
  const refresh = () => qc.invalidateQueries({ queryKey: keys.mutes })
  return useMutation({
    mutationFn: ({ mute }: { mute: Mute; name: string }) => ask<void>('delete', { url: `/mutes/${mute.id}` }),
    onMutate: async ({ mute }) => {
      await qc.cancelQueries({ queryKey: keys.mutes })
      const before = qc.getQueryData<Mute[]>(keys.mutes)
      qc.setQueryData<Mute[]>(keys.mutes, (all) => all?.filter((m) => m.id !== mute.id))
      return { before }
    },
    onSuccess: (_, { mute, name }) =>
      toast.undo(t('prefs.unmuted', { name }), () => {
        const { record, kind, until } = mute
        const what = record ? { record: { kind: record.kind, id: record.id } } : { kind }
        ask('post', { url: '/mutes', body: { ...what, until } }).then(refresh, (e: unknown) =>
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
  useQuery({ ...queryOptions({ queryKey: PUSH, queryFn: () => ask<Push>('get', { url: '/push' }) }), enabled })
export function useRemoveDevice() {
  const { t } = useTranslation('notifications')
  const qc = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => ask<void>('delete', { url: `/push/${id}` }),
    onSuccess: () => toast.success(t('prefs.deviceRemoved')),
    onError: (e) => toast.error(t('prefs.notSaved'), e),
    onSettled: () => qc.invalidateQueries({ queryKey: PUSH }),
  })
}
