import './styles/index.css'
import { createRouter, RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Providers } from '@/app/providers'
import { NotFoundPage, preloadErrorPages, RouteError, RoutePending } from '@/app/route-states'
import { setupApiClient } from '@/shared/api/client'
import { createQueryClient } from '@/shared/api/query-client'
import { i18n, initI18n } from '@/shared/i18n'
import { hasSession, useSessionExpired } from '@/shared/session/session-query'
import { watchSystemTheme } from '@/shared/theme/theme'
import { routeTree } from './routeTree.gen'

const queryClient = createQueryClient()
const router = createRouter({
  routeTree,
  context: { queryClient },
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0, // TanStack Query decides what is stale
  defaultErrorComponent: RouteError,
  defaultNotFoundComponent: NotFoundPage,
  defaultPendingComponent: RoutePending,
  defaultPendingMs: 300,
  scrollRestoration: true,
})
declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
setupApiClient({
  language: () => i18n.language,
  onUnauthenticated: () => {
    if (hasSession(queryClient)) useSessionExpired.getState().set(true) // else the route's loader redirects
  },
})
watchSystemTheme()
preloadErrorPages()

const el = document.getElementById('root')
if (!el) throw new Error('#root is missing')
const root = createRoot(el)
void initI18n().then(() => {
  root.render(
    <StrictMode>
      <Providers queryClient={queryClient}>
        <RouterProvider router={router} />
      </Providers>
    </StrictMode>,
  )
})
