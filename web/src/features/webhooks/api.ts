import { infiniteQueryOptions, type QueryClient, queryOptions, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { client } from '@/api/gen/client.gen'
import type { PageInfo } from '@/api/gen/types.gen'
import { toast } from '@/shared/ui/toast'

export type Webhook = {
  id: string
  url: string
  description: string | null
  types: string[]
  enabled: boolean
  failingSince: string | null
  disabledAt: string | null
  disabledBecause: 'failures' | 'gone' | null
  secretRotatedAt: string | null
  version: number
  createdAt: string
  createdBy: { id: string; name: string } | null
  lastDelivery: { at: string; status: DeliveryStatus } | null
}
export type WebhookInput = { url: string; description: string | null; types: string[] }
export type DeliveryStatus = 'pending' | 'delivered' | 'failed'
export type Delivery = {
  id: string
  eventId: string | null
  type: string
  status: DeliveryStatus
  attempts: number
  lastStatus: number | null
  lastError: string | null
  nextAttemptAt: string | null
  createdAt: string
  deliveredAt: string | null
}
export type Try = { at: string; status: number | null; ms: number; error: string | null; answer: string | null }
export type DeliveryDetails = Delivery & { body: string; tries: Try[] }
type DeliveryPage = { items: Delivery[]; page: PageInfo }

const BASE = '/api/v1/webhooks'
type Call = { url: string; body?: unknown; query?: Record<string, unknown> }
async function ask<T>(method: 'get' | 'post' | 'patch' | 'delete', { url, ...rest }: Call): Promise<T> {
  const headers = rest.body ? { 'Content-Type': 'application/json' } : {}
  const { data } = await client[method]<T, unknown, true>({
    url: BASE + url,
    headers,
    throwOnError: true,
    ...rest,
  } as never)
  return data as T
}
export const api = {
  list: async () => (await ask<{ items: Webhook[] }>('get', { url: '' })).items,
  get: (id: string) => ask<Webhook>('get', { url: `/${id}` }),
  types: async () => (await ask<{ items: string[] }>('get', { url: '/types' })).items,
  create: (body: WebhookInput) => ask<Webhook & { secret: string }>('post', { url: '', body }),
  update: (id: string, body: Partial<WebhookInput & { enabled: boolean }> & { version: number }) =>
    ask<Webhook>('patch', { url: `/${id}`, body }),
  remove: (id: string) => ask<void>('delete', { url: `/${id}` }),
  rotate: (id: string, graceHours: number) =>
    ask<{ secret: string; previousUntil: string | null }>('post', { url: `/${id}/secret`, body: { graceHours } }),
  test: (id: string) => ask<{ deliveryId: string }>('post', { url: `/${id}/test` }),
  deliveries: (id: string, query: { status?: DeliveryStatus; cursor?: string; limit?: number }) =>
    ask<DeliveryPage>('get', { url: `/${id}/deliveries`, query }),
  delivery: (id: string, deliveryId: string) => ask<DeliveryDetails>('get', { url: `/${id}/deliveries/${deliveryId}` }),
  resend: (id: string, deliveryId: string) => ask<void>('post', { url: `/${id}/deliveries/${deliveryId}/resend` }),
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
