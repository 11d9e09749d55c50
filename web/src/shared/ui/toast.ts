import { create } from 'zustand'
import { isAbort } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { i18n } from '@/shared/i18n'

// The toast renderer (Base UI Toast, ~7 kB gzip) is a lazy chunk: the first toast mounts it.
export type ToastInput = {
  title: string
  description?: string
  type?: 'success' | 'error' | 'info'
  /** Milliseconds; 0 stays until closed. */
  timeout?: number
  action?: { label: string; onClick: () => void }
  /** A job under way: 0..1. The toast stays until it is updated without one. */
  progress?: number
}
type Manager = {
  add: (id: string, t: ToastInput) => unknown
  update: (id: string, t: ToastInput) => void
  close: (id: string) => void
}
let manager: Manager | null = null
const queue: ((m: Manager) => void)[] = []
let last = 0

export const useToaster = create<{ wanted: boolean }>(() => ({ wanted: false }))
export function connectToaster(m: Manager) {
  manager = m
  for (const run of queue.splice(0)) run(m)
}
function withManager(run: (m: Manager) => void) {
  if (manager) return run(manager)
  queue.push(run)
  useToaster.setState({ wanted: true })
}
export const UNDO_MS = 10_000
export const toast = {
  /** Gives the id for a later update. */
  add(t: ToastInput): string {
    const id = `toast-${++last}`
    withManager((m) => m.add(id, t))
    return id
  },
  /** Replaces what a toast says; one that was closed meanwhile comes back unless it still only shows progress. */
  update: (id: string, t: ToastInput) => withManager((m) => m.update(id, t)),
  close: (id: string) => withManager((m) => m.close(id)),
  success: (title: string, description?: string) => toast.add({ title, description, type: 'success' }),
  /** What failed, and why in the words of the server. */
  error: (title: string, e?: unknown) =>
    // What the person gave up themselves is no news to them.
    isAbort(e) ||
    toast.add({ title, description: e === undefined ? undefined : errorMessage(e), type: 'error', timeout: 8000 }),
  /** After every reversible action: ten seconds to take it back. */
  undo: (title: string, onUndo: () => void, description?: string) =>
    toast.add({
      title,
      description,
      type: 'success',
      timeout: UNDO_MS,
      action: { label: i18n.t('action.undo'), onClick: onUndo },
    }),
}
