import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { BackupCodes } from '@/features/settings/factor/backup-codes'
import { startTotp } from '@/features/settings/factor/start'
import { TotpSetup } from '@/features/settings/factor/totp-setup'
import { errorMessage } from '@/shared/api/messages'
import { useGuard } from '@/shared/session/guard'
import { useSession } from '@/shared/session/session'
import { resetSession } from '@/shared/session/session-query'
import { Button } from '@/shared/ui/button'
import { Dialog } from '@/shared/ui/dialog'
import { Notice } from '@/shared/ui/notice'
import { useSignOut, useSwitchOrganization } from './api'

/** The organization asks for a second factor: until there is one nothing else answers, so nothing else can be done. */
export default function FactorRequired() {
  const { t } = useTranslation('security')
  const { organization } = useSession()
  const [codes, setCodes] = useState<string[] | null>(null)
  const qc = useQueryClient()
  const router = useRouter()
  const start = useMutation({ mutationFn: startTotp })
  const done = async () => {
    await resetSession(qc)
    useGuard.setState({ required: false })
    await router.invalidate()
  }
  const title = codes ? t('codes.title') : start.data ? t('wizard.title') : t('required.title')
  const text = codes ? t('codes.text') : start.data ? t('wizard.text') : t('required.text', { name: organization.name })
  return (
    <Dialog open size="sm" dismissible={false} onOpenChange={() => {}} title={title} description={text}>
      {codes ? (
        <BackupCodes codes={codes} onKept={() => void done()} />
      ) : start.data ? (
        <TotpSetup start={start.data} onDone={setCodes} />
      ) : (
        <div className="flex flex-col gap-4 pb-2">
          <Notice icon={ShieldCheck}>{t('required.hint')}</Notice>
          <div role="alert" className="empty:hidden">
            {start.error && start.error.name !== 'AbortError' && (
              <Notice kind="error">{errorMessage(start.error)}</Notice>
            )}
          </div>
          <Button variant="primary" size="xl" className="w-full" busy={start.isPending} onClick={() => start.mutate()}>
            {t('setUp')}
          </Button>
        </div>
      )}
      {!codes && <WaysOut />}
    </Dialog>
  )
}

function WaysOut() {
  const { t } = useTranslation('security')
  const { t: ts } = useTranslation('shell')
  const { organization, organizations } = useSession()
  const out = useSignOut()
  const change = useSwitchOrganization()
  const others = organizations.filter((o) => o.id !== organization.id)
  return (
    <div className="flex flex-wrap justify-center gap-2 pt-3 pb-1">
      {others.slice(0, 3).map((o) => (
        <Button key={o.id} variant="ghost" size="md" onClick={() => change.mutate(o.id)}>
          {t('required.switch', { name: o.name })}
        </Button>
      ))}
      <Button variant="ghost" size="md" busy={out.isPending} onClick={() => out.mutate()}>
        {ts('account.signOut')}
      </Button>
    </div>
  )
}
