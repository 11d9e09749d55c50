import type { Tone } from '@/shared/ui/tone'
import type { ApiKey } from './api'

/** What the page of API keys says. Pure. */
export const STATE_TONE: Record<ApiKey['state'], Tone> = { active: 'green', expired: 'amber', revoked: 'gray' }

export const EXPIRIES = ['30', '90', '365', 'date', 'never'] as const
export type Expiry = (typeof EXPIRIES)[number] | 'keep'
const DAY_MS = 86_400_000

/** When a key ends: that many days from now, or with the last moment of a day here; null is never. */
export function endOf(expiry: Expiry, date: string, now: number, kept: string | null): string | null {
  if (expiry === 'never') return null
  if (expiry === 'keep') return kept
  if (expiry === 'date') return new Date(`${date}T23:59:59`).toISOString()
  return new Date(now + Number(expiry) * DAY_MS).toISOString()
}
/** Whether a day is still to come, or is today. */
export const isComing = (date: string, now: number) =>
  /^\d{4}-\d{2}-\d{2}$/.test(date) && new Date(`${date}T23:59:59`).getTime() > now

/** Permissions whose names or codes have all the words. */
export function matching(permissions: readonly string[], search: string, name: (p: string) => string): string[] {
  const words = search.trim().toLowerCase().split(/\s+/).filter(Boolean)
  return permissions.filter((p) => {
    const text = `${p} ${name(p)}`.toLowerCase()
    return words.every((w) => text.includes(w))
  })
}
/** A first request, to be copied and run. */
export const example = (origin: string, key: string) =>
  `curl -H "Authorization: Bearer ${key}" \\\n  "${origin}/api/crm/contacts?limit=5"`
export const KEY_HOLE = 'rk_…'
