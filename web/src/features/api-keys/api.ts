import { type InfiniteData, infiniteQueryOptions, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { ApiKey, ApiKeyInput as KeyInput, ApiKeyList as Page } from '@/api/gen/types.gen'
import { get, send } from '@/shared/api/call'
import { toast } from '@/shared/ui/toast'

export type { ApiKey, ApiKeyInput as KeyInput } from '@/api/gen/types.gen'

const URL = '/api/api-keys'
const KEY = ['api-keys'] as const
export const keysOptions = () =>
  infiniteQueryOptions({
    queryKey: KEY,
    queryFn: ({ pageParam, signal }) => get<Page>(URL, { limit: 50, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.page.nextCursor,
  })

export function useKeyChanges() {
  const { t } = useTranslation('access')
  const qc = useQueryClient()
  const refresh = () => void qc.invalidateQueries({ queryKey: KEY })
  const put = (key: ApiKey) =>
    qc.setQueryData<InfiniteData<Page, string | null>>(
      KEY,
      (all) =>
        all && {
          ...all,
          pages: all.pages.map((p) => ({ ...p, items: p.items.map((k) => (k.id === key.id ? key : k)) })),
        },
    )
  return {
    /** Throws what the server refused: the form says it where it belongs. */
    create: async (body: KeyInput) => {
      const made = await send<{ apiKey: ApiKey; key: string }>('POST', URL, body)
      refresh()
      return made
    },
    save: async (key: ApiKey, body: Partial<KeyInput>) => {
      put(await send<ApiKey>('PATCH', `${URL}/${key.id}`, body))
      toast.success(t('keys.saved'))
      refresh()
    },
    revoke: async (key: ApiKey) => {
      put({ ...key, state: 'revoked', revokedAt: new Date().toISOString() })
      try {
        await send('DELETE', `${URL}/${key.id}`)
        toast.success(t('keys.revoked', { name: key.name }))
      } catch (e) {
        put(key)
        toast.error(t('keys.notRevoked'), e)
      }
      refresh()
    },
  }
}
export type KeyChanges = ReturnType<typeof useKeyChanges>
