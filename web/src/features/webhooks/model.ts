import type { WebhookDelivery as Delivery, DeliveryStatus, Webhook } from '@/api/gen/types.gen'
import type { Tone } from '@/shared/ui/tone'

/** What the screens say of webhooks. Pure. */
export const ALL_TYPES = '*'
export const isAll = (types: readonly string[]) => types.includes(ALL_TYPES)

/** `deal.stage.changed` belongs to `deal`; groups and types keep the server's order. */
export function groupTypes(types: readonly string[], search = ''): { id: string; types: string[] }[] {
  const words = search.trim().toLowerCase().split(/\s+/).filter(Boolean)
  const groups = new Map<string, string[]>()
  for (const type of types) {
    if (!words.every((w) => type.toLowerCase().includes(w))) continue
    const id = type.split('.')[0] ?? type
    groups.set(id, [...(groups.get(id) ?? []), type])
  }
  return [...groups].map(([id, of]) => ({ id, types: of }))
}
export function toggled(types: readonly string[], some: readonly string[], on: boolean): string[] {
  const rest = types.filter((x) => !some.includes(x))
  return on ? [...rest, ...some] : rest
}

export type State = 'active' | 'failing' | 'off' | 'disabled'
export function stateOf(w: Pick<Webhook, 'enabled' | 'failingSince' | 'disabledBecause'>): State {
  if (!w.enabled) return w.disabledBecause ? 'disabled' : 'off'
  return w.failingSince ? 'failing' : 'active'
}
export const STATE_TONE: Record<State, Tone> = { active: 'green', failing: 'amber', off: 'gray', disabled: 'red' }
export const DELIVERY_TONE: Record<DeliveryStatus, Tone> = { delivered: 'green', pending: 'amber', failed: 'red' }

/** What the other side answered, in short: its status, or why there was none. */
export const answerOf = (d: Pick<Delivery, 'lastStatus' | 'lastError'>): string | null =>
  d.lastStatus === null ? d.lastError : String(d.lastStatus)

/** An address that events may be sent to, as far as it can be told here; the server looks closer. */
export function urlProblem(url: string): 'url' | null {
  try {
    const { protocol, hostname } = new URL(url.trim())
    return (protocol === 'https:' || protocol === 'http:') && hostname ? null : 'url'
  } catch {
    return 'url'
  }
}
/** JSON is printed to be read; what is none stays as it is. */
export function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}
