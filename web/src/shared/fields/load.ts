import type { QueryClient } from '@tanstack/react-query'
import type { RecordKind } from './fields'

/** A filter or an order by a field that nobody knows yet would be dropped: then the page waits for them. */
export const mentionsCustom = (address: unknown) => JSON.stringify(address ?? null).includes('custom.')

/** For the loader of a route; without `wait` they come while the page shows. Small: the route tree carries it. */
export async function loadFields(qc: QueryClient, kinds: readonly RecordKind[], wait = false) {
  const all = import('./fields').then((m) => m.ensureFields(qc, kinds))
  if (wait) await all
}
