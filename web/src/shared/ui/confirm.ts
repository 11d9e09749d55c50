import { create } from 'zustand'

export type ConfirmInput = {
  title: string
  description?: string
  /** What the button says: the verb itself (“Delete for good”), never “OK”. */
  action: string
  danger?: boolean
  /** The person must type this first: only for what cannot be taken back. */
  typed?: string
}
type State = { request: (ConfirmInput & { answer: (yes: boolean) => void }) | null; wanted: boolean }
export const useConfirmHost = create<State>(() => ({ request: null, wanted: false }))

/** `if (await confirm({…})) purge()`. Reversible actions ask nothing: they offer Undo in a toast. */
export function confirm(input: ConfirmInput): Promise<boolean> {
  return new Promise((answer) => {
    useConfirmHost.getState().request?.answer(false)
    useConfirmHost.setState({ wanted: true, request: { ...input, answer } })
  })
}
