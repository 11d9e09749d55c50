import type { QueryClient } from '@tanstack/react-query'
import { redirect } from '@tanstack/react-router'
import { csrfToken } from '@/shared/api/csrf'
import { hasSession, sessionOptions } from './session-query'

/** Who is signed in already has nothing to do on the pages before sign-in. Visitors (no cookie) are never asked about. */
export async function sendOn(qc: QueryClient, next: string | undefined) {
  if (!hasSession(qc)) {
    if (!csrfToken()) return
    const session = await qc.fetchQuery({ ...sessionOptions(), retry: false }).catch(() => null)
    if (!session) return
  }
  throw redirect({ href: next ?? '/', replace: true })
}
