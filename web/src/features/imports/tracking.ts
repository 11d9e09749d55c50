import { type QueryClient, QueryObserver } from '@tanstack/react-query'
import { create } from 'zustand'
import { createJSONStorage, persist } from 'zustand/middleware'
import type { Import } from '@/api/gen/types.gen'
import { isApiError } from '@/shared/api/errors'
import { i18n, loadTexts } from '@/shared/i18n'
import { type ToastInput, toast } from '@/shared/ui/toast'
import { importOptions, refreshRecords } from './api'
import { isBusy } from './steps'

type Tracked = { ids: readonly string[]; add: (id: string) => void; remove: (id: string) => void }
/** Imports started or taken back in this tab, so that a reload can go on following them. */
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

/**
 * Polls until the import is done, then brings the lists up to date. While another page is open, a toast shows how far
 * it is, and then how it ended.
 */
export function follow(qc: QueryClient, id: string, open: Open) {
  useTracked.getState().add(id)
  if (following.has(id)) return
  const observer = new QueryObserver(qc, { ...importOptions(id), refetchIntervalInBackground: true })
  let shown: string | null = null
  const say = (t: ToastInput) => {
    if (shown) toast.update(shown, t)
    else shown = toast.add(t)
  }
  const hush = () => {
    if (shown) toast.close(shown)
    shown = null
  }
  const stop = () => {
    following.get(id)?.()
    following.delete(id)
    useTracked.getState().remove(id)
  }
  const tell = (im: Import | undefined, error: unknown) => {
    const gone = isApiError(error) && [401, 403, 404].includes(error.status)
    const elsewhere = !location.pathname.endsWith(id)
    if (gone) {
      stop()
      hush()
    } else if (im && isBusy(im.status)) {
      if (elsewhere) say(progress(im, () => open(id)))
      else hush()
    } else if (im) {
      stop()
      refreshRecords(qc)
      if (elsewhere) say(ending(im, () => open(id)))
      else hush()
    }
  }
  following.set(
    id,
    observer.subscribe((r) => tell(r.data, r.error)),
  )
}

/** After a reload: goes on with what this tab was following. For the shell, once a session is there. */
export async function resume(qc: QueryClient, open: Open) {
  const { ids } = useTracked.getState()
  if (ids.length === 0) return
  await loadTexts('imports')
  for (const id of ids) follow(qc, id, open)
}

const action = (onClick: () => void) => ({ label: i18n.t('imports:toast.open'), onClick })

export function progress(im: Import, open: () => void): ToastInput {
  const reverting = im.status === 'reverting'
  return {
    title: i18n.t(reverting ? 'imports:toast.reverting' : 'imports:toast.running', { file: im.fileName }),
    description: reverting ? undefined : i18n.t('imports:run.rows', { count: im.counts.rows }),
    progress: reverting ? revertShare(im) : im.progress,
    action: action(open),
  }
}

export function ending(im: Import, open: () => void): ToastInput {
  const { created, updated, failed } = im.counts
  const status = im.status as 'completed' | 'failed' | 'cancelled' | 'reverted'
  return {
    type: status === 'completed' || status === 'reverted' ? 'success' : 'error',
    title: i18n.t(`imports:toast.${status}`, { file: im.fileName }),
    description: status === 'completed' ? i18n.t('imports:toast.counts', { created, updated, failed }) : undefined,
    timeout: 10_000,
    action: action(open),
  }
}

/** Records put back or left alone, of those the import had touched. */
export function revertShare({ counts, revert }: Import) {
  const total = counts.created + counts.updated + counts.companiesCreated
  return Math.min(1, ((revert?.reverted ?? 0) + (revert?.conflicts ?? 0)) / Math.max(1, total))
}
