import { QueryClient } from '@tanstack/react-query'
import { isApiError } from './errors'

/** Only what a second try can mend: no answer, or the server asks to come back. Never a 4xx. */
export function shouldRetry(failures: number, e: unknown) {
  return failures < 2 && isApiError(e) && (e.isNetwork || e.status === 503)
}

export function createQueryClient() {
  return new QueryClient({
    defaultOptions: {
      // networkMode: a self-hosted server may be reachable while navigator.onLine is false.
      queries: { staleTime: 30_000, gcTime: 10 * 60_000, retry: shouldRetry, networkMode: 'always' },
      mutations: { retry: false, networkMode: 'always' },
    },
  })
}
