import { get } from '@/shared/api/call'
import type { FilterNode } from '@/shared/lib/address'
import { api } from './api'
import type { Campaign, EnrolledAnswer, Reason } from './types'

/** Who is to come into a campaign: named contacts, or all that a filter finds. */
export type Who =
  | { ids: readonly string[]; name?: string; nameOf?: (id: string) => string | undefined }
  | { filter: FilterNode | null; search: string | null; count: number; isEstimate: boolean }
export const MOST = 1000
const PAGE = 100

export const countOf = (who: Who) => ('ids' in who ? who.ids.length : who.count)
export const isTooMany = (who: Who) => countOf(who) > MOST || ('count' in who && who.isEstimate)

type Page = { items: { id: string }[]; page: { nextCursor: string | null } }
/** The ids that a filter finds now. Never more than may be added at once. */
export async function idsOf(who: Who): Promise<string[]> {
  if ('ids' in who) return [...who.ids]
  const filter = who.filter ? JSON.stringify(who.filter) : undefined
  const ids: string[] = []
  for (let cursor: string | null | undefined; ids.length <= MOST; ) {
    const p: Page = await get<Page>('/api/crm/contacts', { filter, search: who.search, limit: PAGE, cursor })
    ids.push(...p.items.map((c) => c.id))
    cursor = p.page.nextCursor
    if (!cursor) break
  }
  return ids.slice(0, MOST)
}

export const isHandMade = (c: Campaign) => c.audience.source.kind === 'contacts'
/** Into one that runs they are enrolled; a draft that names its people gets them named too. */
export async function addTo(c: Campaign, ids: string[]): Promise<EnrolledAnswer> {
  const { source } = c.audience
  if (c.state !== 'draft' || source.kind !== 'contacts') return api.enrol(c.id, ids)
  const contactIds = [...new Set([...source.contactIds, ...ids])]
  await api.patch(c.id, { audience: { ...c.audience, source: { kind: 'contacts', contactIds } }, version: c.version })
  return { enrolled: ids.length, refused: [] }
}

export type Refusal = { reason: Reason; ids: string[] }
/** Who did not come in, by the first reason of each; the most frequent first. */
export function byReason(refused: EnrolledAnswer['refused']): Refusal[] {
  const groups = new Map<string, Refusal>()
  for (const { contactId, reasons } of refused) {
    const reason = reasons[0]
    if (!reason) continue
    const group = groups.get(reason.code) ?? { reason, ids: [] }
    group.ids.push(contactId)
    groups.set(reason.code, group)
  }
  return [...groups.values()].sort((a, b) => b.ids.length - a.ids.length)
}
