import type { QueryClient } from '@tanstack/react-query'
import type { useRouter } from '@tanstack/react-router'
import { send } from '@/shared/api/call'
import { resetSession } from './session-query'
import { tellTabs } from './tabs'
import { useViewChange, viewingOf } from './viewing'

type Router = ReturnType<typeof useRouter>
const PATH = '/api/team/view-as'

/**
 * The session looks with other eyes now: the page goes, then every answer that was read with the former ones. Where that fails
 * half-way the whole page is loaded anew, and none of it is on screen until then.
 */
export async function followView(qc: QueryClient, router: Router, leave?: () => Promise<void>) {
  useViewChange.setState({ changing: true })
  try {
    await leave?.()
    const session = await resetSession(qc)
    useViewChange.setState({ seen: viewingOf(session)?.userId ?? null })
    await router.invalidate()
  } catch {
    location.reload()
    return
  }
  useViewChange.setState({ changing: false })
}

/** Throws what the server refused; the page stays then. */
export async function viewAs(qc: QueryClient, router: Router, userId: string) {
  await send('POST', PATH, { userId })
  tellTabs({ type: 'viewing' })
  // The member may have no such page.
  await followView(qc, router, () => router.navigate({ to: '/', ignoreBlocker: true }))
}

export async function stopViewing(qc: QueryClient, router: Router) {
  await send('DELETE', PATH)
  tellTabs({ type: 'viewing' })
  await followView(qc, router)
}
