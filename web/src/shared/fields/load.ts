import type { QueryClient } from '@tanstack/react-query'
import { loadTexts, type Namespace } from '@/shared/i18n'
import type { RecordKind } from './fields'

type Input = { context: { queryClient: QueryClient }; location: { search: unknown } }
/**
 * The loader of a route whose page knows custom fields: its texts, and the fields, which come while the page shows. It
 * waits for them with `wait`, and where its address speaks of them: a filter or an order by a field that nobody knows
 * would be dropped. Small: the route tree carries it.
 */
export function pageWithFields(kinds: readonly RecordKind[], texts: readonly Namespace[], wait = false) {
  return async ({ context, location }: Input) => {
    const fields = import('./fields').then((m) => m.ensureFields(context.queryClient, kinds))
    await loadTexts('fields', ...texts)
    if (wait || JSON.stringify(location.search).includes('custom.')) await fields
  }
}
