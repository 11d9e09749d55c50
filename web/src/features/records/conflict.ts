import { create } from 'zustand'
import type { Clash } from './cache'
import type { CrmRecord, Kind } from './fields'

/** An edit met another person's edit of the same field (409). The dialog asks which value stays. */
export type Question = { kind: Kind; current: CrmRecord; clashes: Clash[]; keepMine: () => void }
export const useConflict = create<{
  question: Question | null
  wanted: boolean
  ask: (q: Question) => void
  answered: () => void
}>((set) => ({
  question: null,
  wanted: false,
  ask: (question) => set({ question, wanted: true }),
  answered: () => set({ question: null }),
}))
