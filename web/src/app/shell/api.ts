import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { createOrganization, signOut, switchOrganization } from '@/api/gen/sdk.gen'
import type { OrganizationInput } from '@/api/gen/types.gen'
import { forgetAll } from '@/shared/commands/recents'
import { i18n } from '@/shared/i18n'
import { dropSession, resetSession } from '@/shared/session/session-query'
import { tellTabs } from '@/shared/session/tabs'
import { toast } from '@/shared/ui/toast'
import { useShell } from './overlays'

declare module '@tanstack/react-router' {
  interface HistoryState {
    switchTo?: string
  }
}
type Router = ReturnType<typeof useRouter>

/** To the sign-in page, with nothing of the person left behind. A page with unsaved changes is not asked. */
export async function leave(qc: QueryClient, router: Router, next?: string) {
  dropSession(qc)
  await router.navigate({ to: '/signin', search: { next }, ignoreBlocker: true })
}

export function useSignOut() {
  const qc = useQueryClient()
  const router = useRouter()
  return useMutation({
    mutationFn: () => signOut(),
    onSuccess: async () => {
      forgetAll()
      tellTabs({ type: 'ended' })
      await leave(qc, router)
    },
    onError: (e) => toast.error(i18n.t('shell:account.signOutFailed'), e),
  })
}

/**
 * The session then points to the other organization. First the page is left – it may object, having unsaved changes –
 * then nothing is shown until every answer of the former organization is gone.
 */
async function switchTo(id: string, qc: QueryClient, router: Router) {
  // When a page objects, the promise ends only with some later navigation: the token tells whether it was ours.
  const token = `${id}@${Date.now()}`
  await router.navigate({ to: '/', state: { switchTo: token } })
  if (router.state.location.state.switchTo !== token) return null
  useShell.setState({ switching: true })
  try {
    await switchOrganization({ path: { id } })
    const session = await resetSession(qc)
    tellTabs({ type: 'opened', userId: session.user.id, organizationId: session.organization.id })
    await router.invalidate()
    return session.organization
  } finally {
    useShell.setState({ switching: false })
  }
}

export function useSwitchOrganization() {
  const qc = useQueryClient()
  const router = useRouter()
  return useMutation({
    mutationFn: (id: string) => switchTo(id, qc, router),
    onSuccess: (o) => o && toast.success(i18n.t('shell:organization.switched', { name: o.name })),
    onError: (e) => toast.error(i18n.t('shell:organization.switchFailed'), e),
  })
}

/** Makes an organization and opens it. */
export function useCreateOrganization() {
  const change = useSwitchOrganization()
  return async (body: OrganizationInput) => {
    const { data } = await createOrganization({ body })
    return () => data && change.mutate(data.id)
  }
}
