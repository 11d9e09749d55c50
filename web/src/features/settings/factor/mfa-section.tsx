import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { KeyRound, ShieldCheck, Smartphone } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { send } from '@/shared/api/call'
import { mfaOptions } from '@/shared/session/mfa'
import type { BackupCodes, Mfa, TotpStart } from '@/shared/session/mfa-types'
import { useFormat } from '@/shared/session/use-format'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { confirm } from '@/shared/ui/confirm'
import { ErrorState } from '@/shared/ui/error-state'
import { Section } from '@/shared/ui/section'
import { Skeleton } from '@/shared/ui/skeleton'
import { toast } from '@/shared/ui/toast'
import { startTotp } from './start'
import { TrustedDevices } from './trusted-devices'

const Passkeys = lazy(() => import('./passkeys'))
const TotpDialog = lazy(() => import('./totp-dialog'))
const CodesDialog = lazy(() => import('./totp-dialog').then((m) => ({ default: m.CodesDialog })))

export default function MfaSection() {
  const { t } = useTranslation('security')
  const { t: tc } = useTranslation()
  const mfa = useQuery(mfaOptions())
  return (
    <>
      <Section
        title={t('title')}
        text={t('text')}
        flush
        actions={
          mfa.data &&
          (hasFactor(mfa.data) ? <Badge tone="green">{t('on')}</Badge> : <Badge tone="gray">{t('off')}</Badge>)
        }
      >
        {mfa.data ? (
          <Factors mfa={mfa.data} />
        ) : mfa.error ? (
          <ErrorState error={mfa.error} onRetry={() => void mfa.refetch()} busy={mfa.isFetching} />
        ) : (
          <div role="status" aria-busy aria-label={tc('ui.loading')} className={rowCls}>
            <Skeleton className="size-9 rounded-md" />
            <div className="flex flex-1 flex-col gap-2">
              <Skeleton className="h-3.5 w-40" />
              <Skeleton className="h-3 w-56" />
            </div>
          </div>
        )}
      </Section>
      <Suspense>
        {mfa.data?.passkeys && (mfa.data.passkeysAvailable || mfa.data.passkeys.length > 0) && (
          <Passkeys mfa={mfa.data} passkeys={mfa.data.passkeys} />
        )}
      </Suspense>
      {mfa.data && mfa.data.trustedDevices.length > 0 && <TrustedDevices devices={mfa.data.trustedDevices} />}
    </>
  )
}

const hasFactor = ({ totp, passkeys }: Mfa) => totp.enabled || !!passkeys?.length
const rowCls = 'flex items-center gap-3 border-t border-line-soft px-4 py-3 md:px-5'

function Factors({ mfa }: { mfa: Mfa }) {
  const { t } = useTranslation('security')
  const { day } = useFormat()
  const qc = useQueryClient()
  const [setup, setSetup] = useState<TotpStart | null>(null)
  const [codes, setCodes] = useState<string[] | null>(null)
  const refresh = () => qc.invalidateQueries({ queryKey: mfaOptions().queryKey })
  const start = useMutation({
    mutationFn: startTotp,
    onSuccess: setSetup,
    onError: (e) => toast.error(t('failed'), e),
  })
  const renew = useMutation({
    mutationFn: () => send<BackupCodes>('POST', '/api/auth/mfa/backup-codes'),
    onSuccess: ({ backupCodes }) => {
      setCodes(backupCodes)
      void refresh()
    },
    onError: (e) => toast.error(t('failed'), e),
  })
  const remove = useMutation({
    mutationFn: () => send('DELETE', '/api/auth/mfa/totp'),
    onSuccess: () => toast.success(t('removed')),
    onError: (e) => toast.error(t('failed'), e),
    onSettled: refresh,
  })
  const askRemove = async () => {
    const yes = await confirm({
      title: t('removeTitle'),
      description: t('removeText'),
      action: t('remove'),
      danger: true,
    })
    if (yes) remove.mutate()
  }
  const askRenew = async () => {
    const yes = await confirm({ title: t('renewTitle'), description: t('renewText'), action: t('renew') })
    if (yes) renew.mutate()
  }
  const { enabled, since } = mfa.totp
  const few = mfa.backupCodes.left <= 2
  return (
    <>
      <div className={`${rowCls} max-sm:flex-wrap`}>
        <Sign tone={enabled ? 'green' : 'gray'} icon={Smartphone} />
        <div className="min-w-0 flex-1">
          <div className="text-sm font-medium">{t('app')}</div>
          <div className="text-xs text-subtle">
            {enabled ? since && t('since', { date: day(since) }) : t('appText')}
          </div>
        </div>
        {enabled ? (
          <Button
            size="md"
            busy={remove.isPending}
            disabled={mfa.enforced && !mfa.passkeys?.length}
            onClick={() => void askRemove()}
          >
            {t('remove')}
          </Button>
        ) : (
          <Button size="md" variant="primary" busy={start.isPending} onClick={() => start.mutate()}>
            {t('setUp')}
          </Button>
        )}
      </div>
      {hasFactor(mfa) && (
        <div className={`${rowCls} max-sm:flex-wrap`}>
          <Sign tone={few ? 'amber' : 'green'} icon={KeyRound} />
          <div className="min-w-0 flex-1">
            <div className="text-sm font-medium">{t('codes.title')}</div>
            <div className="text-xs text-subtle">{t('left', { count: mfa.backupCodes.left })}</div>
          </div>
          <Button size="md" busy={renew.isPending} onClick={() => void askRenew()}>
            {t('renew')}
          </Button>
        </div>
      )}
      {mfa.enforced && (
        <p className="flex items-center gap-2 border-t border-line-soft px-4 py-3 text-xs text-subtle md:px-5">
          <ShieldCheck size={14} aria-hidden className="shrink-0" />
          {t('enforced')}
        </p>
      )}
      <Suspense>
        {setup && (
          <TotpDialog
            start={setup}
            onClose={(on) => {
              setSetup(null)
              if (on) toast.success(t('done'))
            }}
          />
        )}
        {codes && <CodesDialog codes={codes} onClose={() => setCodes(null)} />}
      </Suspense>
    </>
  )
}

function Sign({ tone, icon: Icon }: { tone: 'green' | 'gray' | 'amber'; icon: typeof KeyRound }) {
  return (
    <span data-tone={tone} className="grid size-9 shrink-0 place-items-center rounded-md bg-tone text-tone-fg">
      <Icon size={17} strokeWidth={1.75} aria-hidden />
    </span>
  )
}
