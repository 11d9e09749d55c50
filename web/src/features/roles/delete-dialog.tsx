import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useRoleName } from '@/shared/access/role-name'
import type { RoleView } from '@/shared/access/roles'
import { isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { Button } from '@/shared/ui/button'
import { Dialog } from '@/shared/ui/dialog'
import { Field } from '@/shared/ui/field'
import { Notice } from '@/shared/ui/notice'
import { Select } from '@/shared/ui/select'
import type { RoleChanges } from './api'

type DialogProps = {
  role: RoleView
  others: readonly RoleView[]
  changes: RoleChanges
  onDone: () => void
  onClose: () => void
}
/** Whoever has the role gets another one instead. */
export function DeleteDialog({ role, others, changes, onDone, onClose }: DialogProps) {
  const { t } = useTranslation('access')
  const { t: tc } = useTranslation()
  const roleName = useRoleName()
  const [replacement, setReplacement] = useState<string | null>(null)
  // Somebody may have got the role since it was counted.
  const [used, setUsed] = useState(role.members > 0)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const remove = async () => {
    setBusy(true)
    setError(null)
    try {
      await changes.remove(role, replacement)
      onDone()
    } catch (e) {
      if (isApiError(e) && e.code === 'roles.in_use') setUsed(true)
      setError(e)
      setBusy(false)
    }
  }
  return (
    <Dialog
      open
      size="sm"
      onOpenChange={(o) => !o && onClose()}
      title={t('roles.deleteTitle', { name: roleName(role) })}
      description={role.members > 0 ? t('roles.deleteUsed', { count: role.members }) : !used && t('roles.deleteText')}
      footer={
        <>
          <Button size="md" onClick={onClose}>
            {tc('action.cancel')}
          </Button>
          <Button size="md" variant="danger" busy={busy} disabled={used && !replacement} onClick={() => void remove()}>
            {tc('action.delete')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {used && (
          <Field label={t('roles.replacement')} required>
            <Select
              value={replacement}
              onValueChange={setReplacement}
              placeholder={t('roles.replacementPick')}
              options={others.map((r) => ({ value: r.key, label: roleName(r) }))}
            />
          </Field>
        )}
        <div role="alert" className="empty:hidden">
          {error !== null && <Notice kind="error">{errorMessage(error)}</Notice>}
        </div>
      </div>
    </Dialog>
  )
}
