import { create } from 'zustand'

/** What may lie over the page; one at a time. */
export type Overlay = 'palette' | 'shortcuts' | 'newOrganization' | 'more' | 'notifications'
type State = {
  open: Overlay | null
  /** Mounted once they were wanted: each is a chunk of its own. */
  seen: ReadonlySet<Overlay>
  /** G was pressed: the next key says where to go. */
  going: boolean
  /** Another organization is being opened: no page of the former one is on screen. */
  switching: boolean
}
export const useShell = create<State>(() => ({ open: null, seen: new Set(), going: false, switching: false }))

export function show(overlay: Overlay) {
  useShell.setState((s) => ({ open: overlay, seen: new Set(s.seen).add(overlay) }))
}
export function hide(overlay: Overlay) {
  useShell.setState((s) => (s.open === overlay ? { open: null } : s))
}
export function toggle(overlay: Overlay) {
  if (useShell.getState().open === overlay) hide(overlay)
  else show(overlay)
}
