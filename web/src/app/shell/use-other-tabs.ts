import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useSession } from '@/shared/session/session'
import { useSessionExpired } from '@/shared/session/session-query'
import { hearTabs } from '@/shared/session/tabs'

/** The browser has one session: when another tab ends, renews or moves it, this one follows. */
export function useOtherTabs() {
  const qc = useQueryClient()
  const { user, organization } = useSession()
  useEffect(
    () =>
      hearTabs((event) => {
        const { expired, set } = useSessionExpired.getState()
        if (event.type === 'ended') set(true)
        else if (event.type === 'viewing') location.reload()
        else if (event.userId !== user.id || event.organizationId !== organization.id) location.assign('/')
        else if (expired) {
          set(false)
          void qc.invalidateQueries()
        }
      }),
    [qc, user.id, organization.id],
  )
}
