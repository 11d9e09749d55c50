import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { Button } from '@/shared/ui/button'
import { Dialog } from '@/shared/ui/dialog'
import { toast } from '@/shared/ui/toast'
import type { AccountChanges } from './api'
import type { Account } from './types'

type DisconnectProps = { account: Account; changes: AccountChanges; onClose: () => void }
/** Away from Rapport, and if wanted signed out at the network as well. What was read in stays. */
export default function DisconnectDialog({ account: a, changes, onClose }: DisconnectProps) {
  const { t } = useTranslation('accounts')
  const { t: tc } = useTranslation()
  const name = useId()
  const [logOut, setLogOut] = useState(false)
  const [busy, setBusy] = useState(false)
  const run = async () => {
    setBusy(true)
    const ok = await changes.disconnect(a, logOut)
    setBusy(false)
    if (!ok) return
    toast.success(t(logOut ? 'loggedOut' : 'disconnected', { name: a.name }))
    onClose()
  }
  return (
    <Dialog
      open
      size="sm"
      onOpenChange={(o) => !o && onClose()}
      title={t('disconnectTitle', { name: a.name })}
      description={t('disconnectText')}
      footer={
        <>
          <Button size="md" onClick={onClose}>
            {tc('action.cancel')}
          </Button>
          <Button size="md" variant="danger" busy={busy} onClick={() => void run()}>
            {t('disconnect')}
          </Button>
        </>
      }
    >
      <fieldset className="flex flex-col gap-2">
        <legend className="sr-only">{t('disconnect')}</legend>
        {([false, true] as const).map((v) => (
          <label
            key={String(v)}
            className={cn(
              'relative flex flex-col rounded-lg p-3 has-focus-visible:outline-2 has-focus-visible:outline-ring',
              v === logOut ? 'bg-row-selected ring-2 ring-accent ring-inset' : 'shadow-card',
            )}
          >
            <input
              type="radio"
              name={name}
              checked={v === logOut}
              onChange={() => setLogOut(v)}
              className="absolute inset-0 m-0 appearance-none outline-none"
            />
            <span className="text-sm font-semibold">{t(v ? 'logOut' : 'keepSession')}</span>
            <span className="text-sm text-muted">{t(v ? 'logOutText' : 'keepSessionText')}</span>
          </label>
        ))}
      </fieldset>
    </Dialog>
  )
}
