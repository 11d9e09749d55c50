import { infiniteQueryOptions, type QueryClient, queryOptions, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import {
  createWebhook,
  deleteWebhook,
  getWebhookDelivery,
  listWebhookDeliveries,
  listWebhooks,
  listWebhookTypes,
  resendWebhookDelivery,
  rotateWebhookSecret,
  testWebhook,
  updateWebhook,
} from '@/api/gen/sdk.gen'
import type {
  WebhookDelivery as Delivery,
  DeliveryStatus,
  Webhook,
  WebhookInput,
  WebhookPatch,
} from '@/api/gen/types.gen'
import { toast } from '@/shared/ui/toast'

const must = { throwOnError: true } as const
const api = {
  list: async () => (await listWebhooks(must)).data.items,
  types: async () => (await listWebhookTypes(must)).data.items,
  create: async (body: WebhookInput) => (await createWebhook({ body, ...must })).data,
  update: async (id: string, body: WebhookPatch) => (await updateWebhook({ path: { id }, body, ...must })).data,
  remove: (id: string) => deleteWebhook({ path: { id }, ...must }),
  rotate: async (id: string, graceHours: number) =>
    (await rotateWebhookSecret({ path: { id }, body: { graceHours }, ...must })).data,
  test: async (id: string) => (await testWebhook({ path: { id }, ...must })).data,
  deliveries: async (id: string, query: { status?: DeliveryStatus; cursor?: string; limit?: number }) =>
    (await listWebhookDeliveries({ path: { id }, query, ...must })).data,
  delivery: async (id: string, deliveryId: string) =>
    (await getWebhookDelivery({ path: { id, deliveryId }, ...must })).data,
  resend: (id: string, deliveryId: string) => resendWebhookDelivery({ path: { id, deliveryId }, ...must }),
}

export const keys = {
  list: ['webhooks'],
  types: ['webhook-types'],
  deliveries: (id: string) => ['webhook-deliveries', id],
  delivery: (id: string, deliveryId: string) => ['webhook-delivery', id, deliveryId],
} as const
export const listOptions = () => queryOptions({ queryKey: keys.list, queryFn: api.list })
export const typesOptions = () => queryOptions({ queryKey: keys.types, queryFn: api.types, staleTime: 60 * 60_000 })

const PAGE = 30
/** What waits is looked after; the log tells no events. */
const LOOK_MS = 3000
export const deliveriesOptions = (id: string, status: DeliveryStatus | undefined) =>
  infiniteQueryOptions({
    queryKey: [...keys.deliveries(id), { status }],
    queryFn: ({ pageParam }) => api.deliveries(id, { status, cursor: pageParam, limit: PAGE }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.page.nextCursor ?? undefined,
    refetchInterval: ({ state: { data } }) =>
      data?.pages.length === 1 && data.pages[0]?.items.some(isSoon) ? LOOK_MS : false,
  })
export const deliveryOptions = (id: string, deliveryId: string) =>
  queryOptions({
    queryKey: keys.delivery(id, deliveryId),
    queryFn: () => api.delivery(id, deliveryId),
    refetchInterval: ({ state: { data } }) => (data && isSoon(data) ? LOOK_MS : false),
  })
/** The next try is not hours away. */
const isSoon = ({ status, nextAttemptAt }: Delivery) =>
  status === 'pending' && (!nextAttemptAt || Date.parse(nextAttemptAt) - Date.now() < 60_000)

const put = (qc: QueryClient, w: Webhook) =>
  qc.setQueryData<Webhook[]>(keys.list, (all) =>
    all?.some((x) => x.id === w.id) ? all.map((x) => (x.id === w.id ? w : x)) : [...(all ?? []), w],
  )

/** Changes of webhooks: shown at once, taken back when refused. */
export function useWebhookChanges() {
  const { t } = useTranslation('webhooks')
  const qc = useQueryClient()
  const refresh = () => void qc.invalidateQueries({ queryKey: keys.list })
  const said = async (what: Promise<unknown>, ok: string, not: string) => {
    try {
      await what
      toast.success(ok)
      return true
    } catch (e) {
      toast.error(not, e)
      return false
    }
  }
  return {
    /** Throws what the server refused: the form says it where it belongs. */
    create: async (body: WebhookInput) => {
      const { secret, ...webhook } = await api.create(body)
      put(qc, webhook)
      return { webhook, secret }
    },
    save: async (w: Webhook, body: Partial<WebhookInput>) => {
      put(qc, await api.update(w.id, { ...body, version: w.version }))
      refresh()
    },
    enable: async (w: Webhook, enabled: boolean) => {
      await qc.cancelQueries({ queryKey: keys.list })
      put(qc, { ...w, enabled, ...(enabled ? { disabledAt: null, disabledBecause: null, failingSince: null } : {}) })
      try {
        put(qc, await api.update(w.id, { enabled, version: w.version }))
      } catch (e) {
        put(qc, w)
        toast.error(t('notSaved'), e)
      }
      refresh()
    },
    remove: async (w: Webhook) => {
      const gone = await said(api.remove(w.id), t('deleted'), t('notDeleted'))
      if (gone) qc.setQueryData<Webhook[]>(keys.list, (all) => all?.filter((x) => x.id !== w.id))
      refresh()
      return gone
    },
    rotate: async (w: Webhook, graceHours: number) => {
      const answer = await api.rotate(w.id, graceHours)
      refresh()
      return answer
    },
    test: async (w: Webhook) => {
      try {
        const { deliveryId } = await api.test(w.id)
        toast.success(t('tested'))
        void qc.invalidateQueries({ queryKey: keys.deliveries(w.id) })
        return deliveryId
      } catch (e) {
        toast.error(t('notTested'), e)
        return null
      }
    },
    resend: async (w: Webhook, d: Delivery) => {
      await said(api.resend(w.id, d.id), t('resent'), t('notResent'))
      void qc.invalidateQueries({ queryKey: keys.deliveries(w.id) })
      void qc.invalidateQueries({ queryKey: keys.delivery(w.id, d.id) })
    },
  }
}
export type WebhookChanges = ReturnType<typeof useWebhookChanges>
