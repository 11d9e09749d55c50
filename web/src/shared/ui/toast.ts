import { create } from 'zustand'
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
}
type Manager = { add: (t: ToastInput) => unknown }
let manager: Manager | null = null
const queue: ToastInput[] = []

export const useToaster = create<{ wanted: boolean }>(() => ({ wanted: false }))
export function connectToaster(m: Manager) {
  manager = m
  for (const t of queue.splice(0)) m.add(t)
}
export const UNDO_MS = 10_000
export const toast = {
  add(t: ToastInput) {
    if (manager) manager.add(t)
    else {
      queue.push(t)
      useToaster.setState({ wanted: true })
    }
  },
  success: (title: string, description?: string) => toast.add({ title, description, type: 'success' }),
  /** What failed, and why in the words of the server. */
  error: (title: string, e?: unknown) =>
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
