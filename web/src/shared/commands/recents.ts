import type { QueryClient } from '@tanstack/react-query'
import type { SearchKind } from '@/api/gen/types.gen'
import { isApiError } from '@/shared/api/errors'

export type Recent = { kind: SearchKind; id: string; name: string; subtitle: string | null }
const KEEP = 8
const place = (organizationId: string) => `rapport.recent.${organizationId}`

function isRecent(v: unknown): v is Recent {
  const r = v as Recent
  return ['contact', 'company', 'deal'].includes(r?.kind) && typeof r.id === 'string' && typeof r.name === 'string'
}

/** The records opened last on this device, newest first. */
export function recents(organizationId: string): Recent[] {
  try {
    const v: unknown = JSON.parse(localStorage.getItem(place(organizationId)) ?? '[]')
    return Array.isArray(v) ? v.filter(isRecent) : []
  } catch {
    return []
  }
}
function keep(organizationId: string, list: Recent[]) {
  localStorage.setItem(place(organizationId), JSON.stringify(list.slice(0, KEEP)))
}
export function remember(organizationId: string, r: Recent) {
  const { kind, id, name, subtitle } = r
  keep(organizationId, [{ kind, id, name, subtitle }, ...recents(organizationId).filter((x) => x.id !== id)])
}
export function forget(organizationId: string, id: string) {
  keep(
    organizationId,
    recents(organizationId).filter((x) => x.id !== id),
  )
}
/** Nobody else who signs in on this device sees whose records were open. */
export function forgetAll() {
  for (const key of Object.keys(localStorage)) if (key.startsWith('rapport.recent.')) localStorage.removeItem(key)
}

type Loaded = {
  id: string
  name: string
  /** Of a deal, instead of a name. */
  title?: string
  company?: { name: string } | null
  contact?: { name: string } | null
  jobTitle?: string | null
  companyName?: string | null
  industry?: string | null
}
const KINDS: Record<string, SearchKind> = { getContact: 'contact', getCompany: 'company' }
/** Which record a query loads. */
function loadedBy([key, dealId]: readonly unknown[]): { kind: SearchKind; id: string } | null {
  if (key === 'deal' && typeof dealId === 'string') return { kind: 'deal', id: dealId }
  const { _id, path } = (key ?? {}) as { _id?: string; path?: { id?: string } }
  const kind = KINDS[_id ?? '']
  return kind ? { kind, id: path?.id ?? '' } : null
}

/** Every record that is loaded one by one was opened: no page has to say so itself. */
export function watchRecents(qc: QueryClient, organizationId: () => string | undefined): () => void {
  return qc.getQueryCache().subscribe((event) => {
    if (event.type !== 'updated' || (event.action.type !== 'success' && event.action.type !== 'error')) return
    const at = loadedBy(event.query.queryKey)
    const org = organizationId()
    if (!at || !org || event.query.getObserversCount() === 0) return
    if (event.action.type === 'error') {
      if (isApiError(event.action.error) && event.action.error.status === 404) forget(org, at.id)
      return
    }
    const r = event.query.state.data as Loaded
    const facts = [r.jobTitle, r.companyName, r.industry, r.company?.name ?? r.contact?.name]
    const subtitle = facts.filter(Boolean).join(' · ') || null
    remember(org, { kind: at.kind, id: r.id, name: r.title ?? r.name, subtitle })
  })
}
