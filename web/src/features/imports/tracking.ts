import { type QueryClient, QueryObserver } from '@tanstack/react-query'
import { create } from 'zustand'
import { createJSONStorage, persist } from 'zustand/middleware'
import type { Import } from '@/api/gen/types.gen'
import { isApiError } from '@/shared/api/errors'
import { i18n } from '@/shared/i18n'
import { toast } from '@/shared/ui/toast'
import { importOptions, refreshRecords } from './api'
import { isBusy } from './steps'

type Tracked = { ids: string[]; add: (id: string) => void; remove: (id: string) => void }
/** Imports started or taken back in this tab. They are followed wherever one goes, and after a reload. */
export const useTracked = create<Tracked>()(
  persist(
    (set) => ({
      ids: [],
      add: (id) => set((s) => ({ ids: [...s.ids.filter((x) => x !== id), id] })),
      remove: (id) => set((s) => ({ ids: s.ids.filter((x) => x !== id) })),
    }),
    { name: 'rapport.imports.running', version: 1, storage: createJSONStorage(() => sessionStorage) },
  ),
)

export type Open = (id: string) => void
const following = new Map<string, () => void>()

/** Polls until the import is done, then brings the lists up to date and, when its page is not open, says so in a toast. */
export function follow(qc: QueryClient, id: string, open: Open) {
  useTracked.getState().add(id)
  if (following.has(id)) return
  const observer = new QueryObserver(qc, { ...importOptions(id), refetchIntervalInBackground: true })
  const stop = () => {
    following.get(id)?.()
    following.delete(id)
    useTracked.getState().remove(id)
  }
  following.set(
    id,
    observer.subscribe(({ data, error }) => {
      // Signed out, another organization, deleted: nothing to follow any more.
      if (isApiError(error) && [401, 403, 404].includes(error.status)) return stop()
      if (!data || isBusy(data.status)) return
      stop()
      refreshRecords(qc)
      if (!location.pathname.endsWith(id)) tell(data, () => open(id))
    }),
  )
}

function tell(im: Import, onClick: () => void) {
  const { created, updated, failed } = im.counts
  const ok = im.status === 'completed' || im.status === 'reverted'
  toast.add({
    type: ok ? 'success' : 'error',
    title: i18n.t(`imports:toast.${im.status as 'completed' | 'failed' | 'cancelled' | 'reverted'}`, {
      file: im.fileName,
    }),
    description: im.status === 'completed' ? i18n.t('imports:toast.counts', { created, updated, failed }) : undefined,
    timeout: 10_000,
    action: { label: i18n.t('imports:toast.open'), onClick },
  })
}
