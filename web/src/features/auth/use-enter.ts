import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { resetSession, setSessionUser } from '@/shared/session/session-query'
import { tellTabs } from '@/shared/session/tabs'
import { takeChoice } from './device-choice'
import { sdk } from './sdk'

/** After the server opened a session: forget the former one, take the page's choices along, go where the person wanted. */
export function useEnter(next: string | undefined) {
  const qc = useQueryClient()
  const router = useRouter()
  return async () => {
    const { user, organization } = await resetSession(qc)
    tellTabs({ type: 'opened', userId: user.id, organizationId: organization.id })
    const choice = takeChoice(user)
    if (choice) {
      const { updatePreferences } = await sdk()
      await updatePreferences({ body: { ...choice, version: user.version } }).then(
        ({ data }) => setSessionUser(qc, data ?? {}),
        () => {}, // the choice of a moment ago is not worth an error on the first page
      )
    }
    await router.invalidate()
    await router.navigate({ href: next ?? '/', replace: true })
  }
}
