import { create } from 'zustand'

/** How this tab hears of what others do. */
export type Light = 'live' | 'connecting' | 'offline'
type State = {
  light: Light
  /** What was missed while the connection was away is being read. */
  catchingUp: boolean
}
export const useLive = create<State>(() => ({ light: 'connecting', catchingUp: false }))
