import { queryOptions, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { InboundChannel, OpenedChannel, RotatedInboundSecret } from '@/api/gen/types.gen'
import { get, send } from '@/shared/api/call'
import { toast } from '@/shared/ui/toast'

const URL = '/api/messaging/channels'
const KEY = ['inbound-channels'] as const

export const channelsOptions = () =>
  queryOptions({
    queryKey: KEY,
    queryFn: ({ signal }) => get<{ items: InboundChannel[] }>(URL, {}, signal).then((r) => r.items),
  })

export function useChannelChanges() {
  const { t } = useTranslation('channels')
  const qc = useQueryClient()
  const put = (how: (all: InboundChannel[]) => InboundChannel[]) =>
    qc.setQueryData(channelsOptions().queryKey, (all) => all && how(all))
  const refresh = () => void qc.invalidateQueries({ queryKey: KEY })
  return {
    /** Throws what the server refused: the form says it where it belongs. */
    open: async (name: string) => {
      const opened = await send<OpenedChannel>('POST', URL, { name })
      const { secret: _, path: __, ...channel } = opened
      put((all) => [...all, channel])
      refresh()
      return opened
    },
    /** Throws what the server refused: the window says it. */
    rotate: async (channel: InboundChannel, graceHours: number) => {
      const rotated = await send<RotatedInboundSecret>('POST', `${URL}/${channel.id}/secret`, { graceHours })
      refresh()
      return rotated
    },
    close: async (channel: InboundChannel) => {
      try {
        await send('DELETE', `${URL}/${channel.id}`)
        put((all) => all.filter((c) => c.id !== channel.id))
        toast.success(t('deleted', { name: channel.name }))
      } catch (e) {
        toast.error(t('notDeleted'), e)
      }
      refresh()
    },
  }
}
export type ChannelChanges = ReturnType<typeof useChannelChanges>
