import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { toast } from '@/shared/ui/toast'
import type { Member } from './types'

/** Looks at the organization as a member does, read only. Asks for a proof of who one is, if there is no fresh one. */
export function useViewAs() {
  const { t } = useTranslation('team')
  const qc = useQueryClient()
  const router = useRouter()
  return async ({ id, name }: Member) => {
    try {
      const { viewAs } = await import('@/shared/session/view-as')
      await viewAs(qc, router, id)
    } catch (e) {
      toast.error(t('members.notViewed', { name }), e)
    }
  }
}
