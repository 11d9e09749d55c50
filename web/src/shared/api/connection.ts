import { create } from 'zustand'

/** Whether the last call reached the server. `since` lets the banner say how old the data on screen may be. */
export const useConnection = create<{ online: boolean; since: number | null; set: (online: boolean) => void }>(
  (set, get) => ({
    online: true,
    since: null,
    set: (online) => {
      if (online !== get().online) set({ online, since: online ? null : Date.now() })
    },
  }),
)
