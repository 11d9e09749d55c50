import { create } from 'zustand'
import type { SessionInfo } from '@/api/gen/types.gen'

/** The member as whom the person looks at the organization. To be the generated `ViewingAs` once the client has it. */
export type Viewing = { userId: string; name: string; until: string }

/** None while they look as themselves. */
export const viewingOf = (session: SessionInfo): Viewing | undefined =>
  (session as SessionInfo & { viewingAs?: Viewing }).viewingAs

/**
 * `changing`: other eyes are being opened or closed, and no page of the former ones is on screen. `seen`: as whom what is in
 * memory was read; null for oneself.
 */
export const useViewChange = create<{ changing: boolean; seen?: string | null }>(() => ({ changing: false }))
