import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useRouter } from '@tanstack/react-router'
import { signOutMutation, switchOrganizationMutation } from '@/api/gen/@tanstack/react-query.gen'
import { i18n } from '@/shared/i18n'
import { dropSession, resetSession } from '@/shared/session/session'
import { toast } from '@/shared/ui/toast'

export function useSignOut() {
  const qc = useQueryClient()
  const nav = useNavigate()
  return useMutation({
    ...signOutMutation(),
    onSuccess: async () => {
      await nav({ to: '/signin' })
      dropSession(qc)
    },
    onError: (e) => toast.error(i18n.t('error.title'), e),
  })
}

/** The session then points to the other organization: nothing of the former one may stay. */
export function useSwitchOrganization() {
  const qc = useQueryClient()
  const nav = useNavigate()
  const router = useRouter()
  return useMutation({
    ...switchOrganizationMutation(),
    onSuccess: async (r) => {
      await nav({ to: '/' })
      await resetSession(qc)
      await router.invalidate()
      toast.success(i18n.t('shell:organization.switched', { name: r.organization.name }))
    },
    onError: (e) => toast.error(i18n.t('error.title'), e),
  })
}
