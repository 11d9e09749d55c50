import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/shared/ui/button'
import { CopiedField } from '@/shared/ui/copied-field'
import { Dialog } from '@/shared/ui/dialog'
import { Notice } from '@/shared/ui/notice'
import type { Invitation, Invited } from './types'

const REASONS: Record<string, 'member' | 'invited' | 'often'> = { member: 'member', too_often: 'often' }

/** Who was invited and who was left out. Links that no mail carries are shown here alone: not closed by chance. */
export function InviteResult({ invited, onClose }: { invited: Invited; onClose: () => void }) {
  const { t } = useTranslation('team')
  const { items, skipped } = invited
  const linked = items.filter((i) => i.link)
  return (
    <Dialog
      open
      dismissible={linked.length === 0}
      onOpenChange={(o) => !o && linked.length === 0 && onClose()}
      title={items.length > 0 ? t('result.title', { count: items.length }) : t('result.none')}
      description={items.length > 0 && t(linked.length > 0 ? 'result.links' : 'result.mailed')}
      footer={
        <Button size="md" variant="primary" onClick={onClose}>
          {t('result.done')}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <Links invitations={linked} />
        {skipped.length > 0 && (
          <Notice kind="warning" title={t('result.skipped')}>
            <ul>
              {skipped.map((s) => (
                <li key={s.email}>
                  {s.email} – {t(`result.reason.${REASONS[s.code] ?? 'invited'}`)}
                </li>
              ))}
            </ul>
          </Notice>
        )}
      </div>
    </Dialog>
  )
}

/** A new link of one invitation. */
export function LinkDialog({ invitation, onClose }: { invitation: Invitation; onClose: () => void }) {
  const { t } = useTranslation('team')
  return (
    <Dialog
      open
      dismissible={false}
      onOpenChange={() => {}}
      title={t('invitations.newLink', { email: invitation.email })}
      description={t('invitations.newLinkText')}
      footer={
        <Button size="md" variant="primary" onClick={onClose}>
          {t('result.done')}
        </Button>
      }
    >
      <Links invitations={[invitation]} />
    </Dialog>
  )
}

function Links({ invitations }: { invitations: readonly Invitation[] }) {
  const { t } = useTranslation('team')
  const [failed, setFailed] = useState(false)
  return (
    <>
      {invitations.map((i) => (
        <CopiedField
          key={i.id}
          label={t('result.link', { email: i.email })}
          value={i.link ?? ''}
          onFailed={() => setFailed(true)}
        />
      ))}
      {failed && <p className="text-xs text-danger">{t('result.byHand')}</p>}
    </>
  )
}
