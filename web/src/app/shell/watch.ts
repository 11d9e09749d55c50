import type { QueryClient } from '@tanstack/react-query'
import type { useRouter } from '@tanstack/react-router'
import { linkOf } from '@/features/notifications/model'
import { watchNotifications } from '@/features/notifications/watch'
import { watchRecents } from '@/shared/commands/recents'
import { getLoadedSession } from '@/shared/session/session-query'
import { useShell } from './overlays'

/** What goes on behind every page. Starts after it. */
export function watch(qc: QueryClient, router: ReturnType<typeof useRouter>) {
  const stops = [
    watchRecents(qc, () => getLoadedSession(qc)?.organization.id),
    watchNotifications(qc, {
      path: () => router.state.location.pathname,
      isOpen: () => useShell.getState().open === 'notifications',
      open: (n) => void router.navigate((linkOf(n) ?? { to: '/notifications' }) as never),
      openAll: () => void router.navigate({ to: '/notifications' }),
      onPath: (tell) => router.subscribe('onResolved', tell),
    }),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}
