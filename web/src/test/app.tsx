import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterProvider } from '@tanstack/react-router'
import { render } from '@testing-library/react'
import type { ReactNode } from 'react'
import { vi } from 'vitest'
import { client } from '@/api/gen/client.gen'
import type { SessionInfo } from '@/api/gen/types.gen'
import { setupApiClient } from '@/shared/api/client'
import { setSession } from '@/shared/session/session-query'
import { UiProvider } from '@/shared/ui/ui-provider'

export const aSession = (change: Partial<SessionInfo> = {}): SessionInfo => ({
  user: {
    id: 'u1',
    email: 'anna@example.com',
    name: 'Anna Petrova',
    emailVerified: true,
    phone: null,
    locale: 'en',
    timeZone: 'UTC',
    theme: 'light',
    shortcuts: {},
    version: 3,
    createdAt: '2026-01-01T00:00:00Z',
  },
  organization: { id: 'o1', name: 'Orbit', mfaRequired: false, version: 1, createdAt: '2026-01-01T00:00:00Z' },
  role: 'owner',
  reach: { clients: 'organization', deals: 'organization', chats: 'organization', accounts: 'organization' },
  permissions: ['crm.contacts.write', 'crm.companies.write', 'crm.contacts.import', 'crm.notes.write'],
  organizations: [{ id: 'o1', name: 'Orbit', role: 'owner' }],
  sessionId: 's1',
  factorRequired: false,
  expiresAt: '2027-01-01T00:00:00Z',
  ...change,
})

export const json = (status: number, body?: object) =>
  new Response(body ? JSON.stringify(body) : null, { status, headers: { 'Content-Type': 'application/json' } })

window.scrollTo = () => {} // jsdom has none; the router scrolls after navigation
let connected = false
let providers: object[] = []
/** Through whom one can sign in, in this test file. */
export const mockProviders = (...items: { id: string; name: string }[]) => {
  providers = items
}
/** The server of a test: `server.mockResolvedValueOnce(json(200, …))`. */
export function mockServer() {
  if (!connected) setupApiClient({ language: () => 'en', onUnauthenticated: () => {} })
  connected = true
  const server = vi.fn<(request: Request) => Promise<Response>>()
  // Every page before sign-in asks through whom one can sign in: nobody, unless a test says so.
  const isAboutProviders = (r: Request) => new URL(r.url).pathname === '/api/auth/providers'
  client.setConfig({
    fetch: ((r: Request) =>
      isAboutProviders(r) ? Promise.resolve(json(200, { items: providers })) : server(r)) as typeof fetch,
  })
  return server
}

/** A part of the app on screen, with a router, a query cache and, unless null, a session. */
export async function renderApp(ui: ReactNode, session: SessionInfo | null = aSession(), path = '/') {
  const qc = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  if (session) setSession(qc, session)
  const root = createRootRoute({ component: () => ui })
  const routes = ['/', '$'].map((p) => createRoute({ getParentRoute: () => root, path: p, component: () => null }))
  const router = createRouter({
    routeTree: root.addChildren(routes),
    history: createMemoryHistory({ initialEntries: [path] }),
  })
  await router.load()
  const view = render(
    <QueryClientProvider client={qc}>
      <UiProvider>
        <RouterProvider router={router as never} />
      </UiProvider>
    </QueryClientProvider>,
  )
  return { ...view, qc, router }
}
