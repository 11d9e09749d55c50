import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useSession } from '@/shared/session/session'
import { useViewChange, viewingOf } from '@/shared/session/viewing'

/** When a view ends elsewhere, by its time or because rights have changed, nothing that was read by it stays. */
export function useSameView() {
  const qc = useQueryClient()
  const router = useRouter()
  const now = viewingOf(useSession())?.userId ?? null
  useEffect(() => {
    const { seen, changing } = useViewChange.getState()
    if (seen === undefined) useViewChange.setState({ seen: now })
    else if (seen !== now && !changing)
      void import('@/shared/session/view-as').then(
        (m) => m.followView(qc, router),
        () => location.reload(),
      )
  }, [now, qc, router])
}
