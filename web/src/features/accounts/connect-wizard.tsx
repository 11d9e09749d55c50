import { useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { Button } from '@/shared/ui/button'
import { Dialog } from '@/shared/ui/dialog'
import { Notice } from '@/shared/ui/notice'
import { Skeleton } from '@/shared/ui/skeleton'
import { api, networksOptions, putAccount, refreshAccount } from './api'
import { ChatsStep } from './chats-step'
import { CodeStep } from './code-step'
import { FORM, isExpired, refusals } from './connect-flow'
import { NetworkStep } from './network-step'
import { PasswordStep } from './password-step'
import { PhoneStep } from './phone-step'
import { SettingsStep } from './settings-step'
import type { Account, ConnectInput, Connecting, Network } from './types'

const SessionStep = lazy(() => import('./session-step'))

const STEPS = ['network', 'phone', 'code', 'password', 'settings', 'chats'] as const
/** `session`: in place of number and code. */
type Step = (typeof STEPS)[number] | 'session'

/** Where an account that was begun goes on. */
const stepOf = (a: Account | null): Step =>
  !a || a.status === 'new' || a.status === 'reauth_required'
    ? 'network'
    : a.status === 'password_required'
      ? 'password'
      : a.status === 'code_sent'
        ? 'code'
        : 'settings'

type WizardProps = {
  /** One that was begun already; null for a new one. */
  account: Account | null
  onClose: () => void
  /** `chats`: it has begun to read them. */
  onDone: (id: string, chats: boolean) => void
}
/** Connects an account, step by step: each says what it is for and what went wrong. */
export default function ConnectWizard({ account: begun, onClose, onDone }: WizardProps) {
  const { t } = useTranslation('accounts')
  const { t: tc } = useTranslation()
  const qc = useQueryClient()
  const [step, setStep] = useState<Step>(() => stepOf(begun))
  const [network, setNetwork] = useState<Network>(begun?.network ?? 'telegram')
  const [account, setAccount] = useState(begun)
  const [sent, setSent] = useState<Pick<Connecting, 'codeVia' | 'codeLength' | 'resendAt'> | null>(null)
  /** What the code was asked for with; null for an account that was begun elsewhere. */
  const [asked, setAsked] = useState<Omit<ConnectInput, 'network'> | null>(null)
  const [expired, setExpired] = useState(false)
  const [hint, setHint] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<Record<string, string>>({})
  const networks = useQuery(networksOptions())
  const go = (to: Step) => {
    setRefused({})
    setStep(to)
  }
  const attempt = async (run: () => Promise<void>) => {
    setBusy(true)
    setRefused({})
    try {
      await run()
    } catch (e) {
      setRefused(refusals(e))
    }
    setBusy(false)
  }
  const show = (next: Account) => {
    setAccount(next)
    putAccount(qc, next)
    refreshAccount(qc, next.id)
  }
  const take = (next: Account) => {
    show(next)
    go(next.status === 'password_required' ? 'password' : next.status === 'code_sent' ? 'code' : 'settings')
  }
  const begin = async (input: Omit<ConnectInput, 'network'>) => {
    const answer = await api.connect({ network, ...input })
    setSent(answer)
    setExpired(false)
    take(answer.account)
  }
  const enter = async (id: string, code: string) => {
    try {
      const answer = await api.code(id, code)
      setHint(answer.passwordHint)
      take(answer.account)
    } catch (e) {
      if (isExpired(e)) {
        setExpired(true)
        // The account may wait for no code any more.
        await api.get(id).then(show, () => {})
      }
      throw e
    }
  }
  const resend = async (a: Account) => {
    if (expired && asked) return begin(asked)
    // Without a sign-in that has begun the number is asked for again.
    if (a.status !== 'code_sent') return go('phone')
    setSent(await api.resend(a.id))
    setExpired(false)
  }
  const flow = { busy, refused, attempt, clear: () => setRefused({}) }
  const body: Record<Step, () => ReactNode> = {
    network: () => <NetworkStep q={networks} value={network} onValue={setNetwork} onNext={() => go('phone')} />,
    phone: () => (
      <PhoneStep
        network={network}
        networks={networks.data}
        {...flow}
        onSession={() => go('session')}
        onSend={(input) =>
          attempt(async () => {
            setAsked(input)
            await begin(input)
          })
        }
      />
    ),
    session: () => (
      <Suspense fallback={<Skeleton className="h-28" />}>
        <SessionStep
          form={FORM}
          needsApi={network === 'telegram' && networks.data?.telegram.needsApi === true}
          {...flow}
          onImport={(input) => attempt(async () => take(await api.importSession({ network, ...input })))}
        />
      </Suspense>
    ),
    code: () =>
      account && (
        <CodeStep
          account={account}
          sent={sent}
          hint={account.network === 'sandbox' ? (networks.data?.sandbox.code ?? null) : null}
          {...flow}
          expired={expired}
          onCode={(code) => attempt(() => enter(account.id, code))}
          onResend={() => attempt(() => resend(account))}
        />
      ),
    password: () =>
      account && (
        <PasswordStep
          hint={hint}
          {...flow}
          onPassword={(password) => attempt(async () => take(await api.password(account.id, password)))}
        />
      ),
    settings: () => account && <SettingsStep form={FORM} account={account} {...flow} onSaved={() => go('chats')} />,
    chats: () =>
      account && <ChatsStep form={FORM} account={account} {...flow} onStarted={(some) => onDone(account.id, some)} />,
  }
  const back: Partial<Record<Step, Step>> = { phone: 'network', session: 'phone', ...(begun ? {} : { code: 'phone' }) }
  const before = back[step]
  const nextText = {
    network: 'next',
    phone: 'sendCode',
    session: 'takeOver',
    code: 'verify',
    password: 'verify',
    settings: 'next',
    chats: 'start',
  } as const
  return (
    <Dialog
      open
      onOpenChange={(o) => !o && onClose()}
      dismissible={step === 'network' || step === 'phone'}
      title={t(`step.${step}.title`)}
      description={t(`step.${step}.text`)}
      size={step === 'chats' ? 'lg' : 'md'}
      footer={
        <>
          <Progress step={step} />
          {before ? (
            <Button size="md" onClick={() => go(before)}>
              {tc('action.back')}
            </Button>
          ) : (
            <Button size="md" onClick={step === 'chats' && account ? () => onDone(account.id, false) : onClose}>
              {t(step === 'chats' || step === 'settings' ? 'later' : 'cancel')}
            </Button>
          )}
          <Button size="md" variant="primary" type="submit" form={FORM} busy={busy}>
            {t(`step.${nextText[step]}`)}
          </Button>
        </>
      }
    >
      {body[step]()}
      <div role="alert" className="mt-4 empty:hidden">
        {refused['form'] && <Notice kind="error">{refused['form']}</Notice>}
      </div>
    </Dialog>
  )
}

function Progress({ step }: { step: Step }) {
  const { t } = useTranslation('accounts')
  const at = STEPS.indexOf(step === 'session' ? 'phone' : step)
  return (
    <span className="mr-auto flex items-center gap-1">
      <span className="sr-only">{t('stepOf', { step: at + 1, count: STEPS.length })}</span>
      {STEPS.map((s, i) => (
        <span
          key={s}
          aria-hidden
          className={cn('h-1.5 rounded-full', i <= at ? 'bg-accent' : 'bg-active')}
          style={{ width: i === at ? 18 : 8 }}
        />
      ))}
    </span>
  )
}
