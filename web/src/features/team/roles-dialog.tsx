import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { Button } from '@/shared/ui/button'
import { Dialog } from '@/shared/ui/dialog'
import { Notice } from '@/shared/ui/notice'
import type { MemberChanges } from './api'
import { RoleChoice } from './role-choice'
import type { Member } from './types'
import { useActor } from './use-actor'

type DialogProps = { member: Member; changes: MemberChanges; onClose: () => void }
/** Which roles somebody has. */
export default function RolesDialog({ member, changes, onClose }: DialogProps) {
  const { t } = useTranslation('team')
  const { t: tc } = useTranslation()
  const actor = useActor()
  const [roles, setRoles] = useState(member.roles)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const save = async () => {
    setBusy(true)
    setError(null)
    try {
      await changes.setRoles(member, roles)
      onClose()
    } catch (e) {
      setError(e)
      setBusy(false)
    }
  }
  const same = roles.length === member.roles.length && roles.every((r) => member.roles.some((x) => x.key === r.key))
  return (
    <Dialog
      open
      onOpenChange={(o) => !o && onClose()}
      title={t('roles.title', { name: member.name })}
      description={t('roles.text')}
      footer={
        <>
          <Button size="md" onClick={onClose}>
            {tc('action.cancel')}
          </Button>
          <Button
            size="md"
            variant="primary"
            busy={busy}
            disabled={same || roles.length === 0}
            onClick={() => void save()}
          >
            {tc('action.save')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {member.id === actor.id && <Notice kind="warning">{t('roles.self')}</Notice>}
        <RoleChoice
          label={t('roles.pick')}
          value={roles}
          onValue={(next) => {
            setRoles(next)
            setError(null)
          }}
          problem={roles.length === 0 && t('roles.none')}
        />
        <div role="alert" className="empty:hidden">
          {error !== null && (
            <Notice kind="error">{(isApiError(error) && error.details[0]?.message) || errorMessage(error)}</Notice>
          )}
        </div>
      </div>
    </Dialog>
  )
}
