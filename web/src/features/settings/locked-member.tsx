import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { listMembersInfiniteQueryKey } from '@/api/gen/@tanstack/react-query.gen'
import type { Member } from '@/api/gen/types.gen'
import { send } from '@/shared/api/call'
import { useCan } from '@/shared/session/session'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { toast } from '@/shared/ui/toast'

/** Too many wrong passwords: a lock that ends by itself, or by somebody who may change members. */
export default function LockedMember({ id, name }: Pick<Member, 'id' | 'name'>) {
  const { t } = useTranslation('security')
  const qc = useQueryClient()
  const may = useCan('team.members.write')
  const unlock = useMutation({
    mutationFn: () => send('POST', `/api/team/members/${id}/unlock`),
    onSuccess: () => toast.success(t('member.unlocked', { name })),
    onError: (e) => toast.error(t('member.unlockFailed'), e),
    onSettled: () => qc.invalidateQueries({ queryKey: listMembersInfiniteQueryKey({ query: { limit: 50 } }) }),
  })
  return (
    <>
      <Badge tone="amber">{t('member.locked')}</Badge>
      {may && (
        <Button
          size="md"
          busy={unlock.isPending}
          aria-label={`${t('member.unlock')}: ${name}`}
          onClick={() => unlock.mutate()}
        >
          {t('member.unlock')}
        </Button>
      )}
    </>
  )
}
