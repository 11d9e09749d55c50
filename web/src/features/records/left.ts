import { create } from 'zustand'
import type { UnmergeConflict } from '@/api/gen/types.gen'

/**
 * Records that were changed after a merge and so stay as they are when it is taken back. By itself: the shell shows
 * the window, wherever one has gone meanwhile.
 */
export type Left = { conflicts: UnmergeConflict[] }
export const useLeft = create<{ left: Left | null; wanted: boolean }>(() => ({ left: null, wanted: false }))
