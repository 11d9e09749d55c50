import { create } from 'zustand'
import { createJSONStorage, persist } from 'zustand/middleware'
import type { Delimiter, DuplicatePolicy, Import, ImportPreview } from '@/api/gen/types.gen'
import { type Choice, type Choices, fingerprint, guessed } from './mapping'

export type Owner = { value: string; label: string }
type Detected = { encoding: string; delimiter: Delimiter; headerRow: number }
export type Draft = {
  print: string
  choices: Choices
  policy: DuplicatePolicy
  tags: string[]
  owner: Owner | null
  /** What the server found by itself, so that the page can say so and offer the way back. */
  detected: Detected
}
type Drafts = {
  drafts: Record<string, Draft>
  put: (id: string, draft: Draft) => void
  drop: (id: string) => void
}
const KEPT = 20

/** What was chosen before the start. It lives in the tab: a reload keeps it, and nobody else sees it. */
const useDrafts = create<Drafts>()(
  persist(
    (set) => ({
      drafts: {},
      put: (id, draft) =>
        set(({ drafts: { [id]: _, ...rest } }) => ({
          drafts: Object.fromEntries([...Object.entries(rest), [id, draft] as const].slice(-KEPT)),
        })),
      drop: (id) => set(({ drafts: { [id]: _, ...rest } }) => ({ drafts: rest })),
    }),
    { name: 'rapport.imports', version: 1, storage: createJSONStorage(() => sessionStorage) },
  ),
)

const detectedOf = ({ encoding, delimiter, headerRow }: ImportPreview): Detected => ({ encoding, delimiter, headerRow })
export function freshDraft(im: Import, before?: Draft): Draft {
  return {
    policy: before?.policy ?? 'skip',
    tags: before?.tags ?? [],
    owner: before?.owner ?? null,
    detected: before?.detected ?? detectedOf(im.preview),
    print: fingerprint(im.preview, im.recordType),
    choices: guessed(im.preview.columns, im.recordType),
  }
}

export function useDraft(im: Import) {
  const stored = useDrafts((s) => s.drafts[im.id])
  const valid = stored?.print === fingerprint(im.preview, im.recordType)
  const draft = stored && valid ? stored : freshDraft(im, stored)
  const change = (patch: Partial<Draft>) => useDrafts.getState().put(im.id, { ...draft, ...patch })
  return {
    draft,
    change,
    choose: (column: number, choice: Partial<Choice>) =>
      change({ choices: draft.choices.map((c, i) => (i === column ? { ...c, ...choice } : c)) }),
    drop: () => useDrafts.getState().drop(im.id),
  }
}
