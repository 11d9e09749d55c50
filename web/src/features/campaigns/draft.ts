import { create } from 'zustand'
import { isApiError } from '@/shared/api/errors'
import { isWhole } from './schedule-model'
import { problemsOf } from './steps-model'
import type { Audience, Campaign, CampaignPatch, StepInput } from './types'

/**
 * What somebody changes in a draft lies over what the server has, until it has that too: one write at a time, in the
 * order of the changes. What the server would refuse, half-done steps for example, stays on screen and is sent when it
 * is whole.
 */
export type Overlay = CampaignPatch & { steps?: StepInput[] }
export type SaveStatus = 'saved' | 'waiting' | 'saving' | 'held' | 'refused' | 'failed'
export type DraftState = { overlay: Overlay; status: SaveStatus; refused: Record<string, string> }
export type Port = {
  read: () => Pick<Campaign, 'version'> | undefined
  put: (c: Campaign) => void
  patch: (body: CampaignPatch & { version: number }) => Promise<Campaign>
  steps: (steps: readonly StepInput[], version: number) => Promise<Campaign>
  /** Somebody else has changed it: asks what it is now. */
  reread: () => Promise<unknown>
  /** What was changed cannot be kept, and is gone. */
  lost: (e: unknown) => void
}
const WAIT_MS = 600
const AGAIN_MS = 5000

export function createDraft(port: Port, waitMs = WAIT_MS) {
  const store = create<DraftState>(() => ({ overlay: {}, status: 'saved', refused: {} }))
  let pending: Overlay = {}
  let flying: Overlay = {}
  let work: Promise<boolean> | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  const show = (status: SaveStatus, refused = store.getState().refused) =>
    store.setState({ overlay: { ...flying, ...pending }, status, refused })
  const send = async (): Promise<boolean> => {
    let conflicts = 0
    for (;;) {
      const { steps, ...patch } = sendable(pending)
      const rest = Object.keys(patch).length > 0
      const version = port.read()?.version
      if (version === undefined || (!rest && !steps)) {
        const clean = Object.keys(pending).length === 0
        show(clean ? 'saved' : 'held')
        return clean
      }
      // One of the two at a time: each has the version that the other made.
      flying = rest ? patch : { steps }
      pending = lessBy(pending, flying)
      show('saving')
      try {
        port.put(rest ? await port.patch({ ...patch, version }) : await port.steps(steps ?? [], version))
        flying = {}
        conflicts = 0
      } catch (e) {
        pending = { ...flying, ...pending }
        flying = {}
        if (isApiError(e) && e.status === 409 && e.code === 'version.conflict' && conflicts < 2) {
          conflicts += 1
          await port.reread().catch(() => {})
          continue
        }
        return failed(e)
      }
    }
  }
  const failed = (e: unknown): false => {
    const status = isApiError(e) ? e.status : 0
    if (status === 422 || status === 400) {
      show('refused', Object.fromEntries((isApiError(e) ? e.details : []).map((d) => [d.field, d.message])))
    } else if (status === 0 || status === 429 || status >= 500) {
      show('failed')
      timer = setTimeout(() => void flush(), AGAIN_MS)
    } else {
      pending = {}
      show('saved')
      port.lost(e)
    }
    return false
  }
  /** Sends what can be sent; whether everything is at the server afterwards. */
  const flush = (): Promise<boolean> => {
    clearTimeout(timer)
    if (work !== null) return work.then(() => (Object.keys(pending).length > 0 ? flush() : true))
    work = send().finally(() => {
      work = null
    })
    return work
  }
  return {
    store,
    flush,
    change: (patch: Overlay) => {
      pending = { ...pending, ...patch }
      clearTimeout(timer)
      const next = sendable(pending)
      show(Object.keys(next).length > 0 ? 'waiting' : 'held', {})
      timer = setTimeout(() => void flush(), waitMs)
    },
    stop: () => {
      void flush()
      clearTimeout(timer)
    },
  }
}
export type Draft = ReturnType<typeof createDraft>

/** A view or an import that is still to be chosen. */
const isChosen = ({ source }: Audience) =>
  (source.kind !== 'view' || source.viewId !== '') && (source.kind !== 'import' || source.importId !== '')

function sendable({ steps, name, audience, schedule, ...rest }: Overlay): Overlay {
  return {
    ...rest,
    ...(audience && isChosen(audience) ? { audience } : {}),
    ...(schedule && isWhole(schedule) ? { schedule } : {}),
    ...(name?.trim() ? { name: name.trim() } : {}),
    ...(steps && problemsOf(steps).length === 0 ? { steps } : {}),
  }
}
/** Without what is on its way. */
function lessBy(all: Overlay, taken: Overlay): Overlay {
  return Object.fromEntries(Object.entries(all).filter(([k]) => !(k in taken))) as Overlay
}
