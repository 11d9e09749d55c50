import { useQuery, useQueryClient } from '@tanstack/react-query'
import { FlaskConical, type LucideIcon, Send } from 'lucide-react'
import { type FormEvent, lazy, type ReactNode, Suspense, useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { clock } from '@/shared/lib/clock'
import { cn } from '@/shared/lib/cn'
import { useCountdown } from '@/shared/lib/use-countdown'
import { Button } from '@/shared/ui/button'
import { Dialog } from '@/shared/ui/dialog'
import { ErrorState } from '@/shared/ui/error-state'
import { Field } from '@/shared/ui/field'
import { Input, PasswordInput } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import { Skeleton } from '@/shared/ui/skeleton'
import { api, networksOptions, putAccount, refreshAccount } from './api'
import { ChatsStep } from './chats-step'
import { digitsOf, phoneOf } from './model'
import { SettingsStep } from './settings-step'
import type { Account, ConnectInput, Connecting, Network, Networks } from './types'

const SessionStep = lazy(() => import('./session-step'))

const STEPS = ['network', 'phone', 'code', 'password', 'settings', 'chats'] as const
/** `session`: in place of number and code. */
type Step = (typeof STEPS)[number] | 'session'
const CODE_LENGTH = 5
const FORM = 'connect-account'

/** Where an account that was begun goes on. */
const stepOf = (a: Account | null): Step =>
  !a || a.status === 'new'
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
  const take = (next: Account) => {
    setAccount(next)
    putAccount(qc, next)
    refreshAccount(qc, next.id)
    go(next.status === 'password_required' ? 'password' : next.status === 'code_sent' ? 'code' : 'settings')
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
            const answer = await api.connect({ network, ...input })
            setSent(answer)
            take(answer.account)
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
          onCode={(code) =>
            attempt(async () => {
              const answer = await api.code(account.id, code)
              setHint(answer.passwordHint)
              take(answer.account)
            })
          }
          onResend={() =>
            attempt(async () => {
              setSent(await api.resend(account.id))
            })
          }
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

export type Flow = {
  busy: boolean
  refused: Record<string, string>
  attempt: (run: () => Promise<void>) => Promise<void>
  clear: () => void
}
const FIELDS = [
  'session',
  'phone',
  'apiId',
  'apiHash',
  'code',
  'password',
  'name',
  'ownerId',
  'limits',
  'workingHours',
  'chats',
]
function refusals(e: unknown): Record<string, string> {
  const known = isApiError(e) ? e.details.map((d) => [d.field.split(/[.[]/)[0] ?? '', d.message] as const) : []
  const fields = Object.fromEntries(known.filter(([k]) => FIELDS.includes(k)))
  return Object.keys(fields).length > 0 ? fields : { form: errorMessage(e) }
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

const NETWORKS: { id: Network; icon: LucideIcon; tone: 'sky' | 'violet' }[] = [
  { id: 'telegram', icon: Send, tone: 'sky' },
  { id: 'sandbox', icon: FlaskConical, tone: 'violet' },
]
type NetworkProps = {
  q: { data?: Networks; isPending: boolean; error: unknown; refetch: () => unknown }
  value: Network
  onValue: (n: Network) => void
  onNext: () => void
}
function NetworkStep({ q, value, onValue, onNext }: NetworkProps) {
  const { t } = useTranslation('accounts')
  const name = useId()
  const only = q.data && !q.data.sandbox.available ? NETWORKS.slice(0, 1) : NETWORKS
  if (q.isPending) return <Skeleton className="h-28" />
  if (!q.data) return <ErrorState error={q.error} onRetry={() => void q.refetch()} className="py-6!" />
  return (
    <form
      id={FORM}
      onSubmit={(e) => {
        e.preventDefault()
        onNext()
      }}
    >
      <fieldset className="flex flex-col gap-2">
        <legend className="sr-only">{t('step.network.title')}</legend>
        {only.map(({ id, icon: Icon, tone }) => (
          <label
            key={id}
            className={cn(
              'relative flex items-start gap-3 rounded-lg p-3 has-focus-visible:outline-2 has-focus-visible:outline-ring',
              value === id ? 'bg-row-selected ring-2 ring-accent ring-inset' : 'shadow-card hover:shadow-card-hover',
            )}
          >
            <input
              type="radio"
              name={name}
              checked={value === id}
              onChange={() => onValue(id)}
              className="absolute inset-0 m-0 appearance-none outline-none"
            />
            <span data-tone={tone} className="grid size-9 shrink-0 place-items-center rounded-md bg-tone text-tone-fg">
              <Icon size={17} strokeWidth={1.75} aria-hidden />
            </span>
            <span className="min-w-0">
              <span className="block text-sm font-semibold">{t(`network.${id}`)}</span>
              <span className="block text-sm text-muted">{t(`networkText.${id}`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
    </form>
  )
}

type PhoneProps = Flow & {
  network: Network
  networks: Networks | undefined
  onSession: () => void
  onSend: (input: Omit<ConnectInput, 'network'>) => void
}
function PhoneStep({ network, networks, refused, clear, onSession, onSend }: PhoneProps) {
  const { t } = useTranslation('accounts')
  const needsApi = network === 'telegram' && networks?.telegram.needsApi === true
  const [own, setOwn] = useState(needsApi)
  const [phone, setPhone] = useState('')
  const [apiId, setApiId] = useState('')
  const [apiHash, setApiHash] = useState('')
  const [tried, setTried] = useState(false)
  const parsed = phoneOf(phone)
  const submit = (e: FormEvent) => {
    e.preventDefault()
    setTried(true)
    if (!parsed || (own && (!apiId.trim() || !apiHash.trim()))) return
    onSend({ phone: parsed, ...(own ? { apiId: Number(apiId), apiHash: apiHash.trim() } : {}) })
  }
  return (
    <form id={FORM} noValidate onSubmit={submit} className="flex flex-col gap-4">
      <Field
        label={t('phone')}
        required
        hint={t(network === 'sandbox' ? 'phoneSandbox' : 'phoneHint')}
        error={refused['phone'] ?? (tried && !parsed && t('phoneInvalid'))}
      >
        <Input
          autoFocus
          size="lg"
          type="tel"
          autoComplete="tel"
          inputMode="tel"
          placeholder={(network === 'sandbox' && networks?.sandbox.hint) || '+44 20 7946 0000'}
          value={phone}
          onChange={(e) => {
            clear()
            setPhone(e.target.value)
          }}
        />
      </Field>
      {network === 'telegram' && !own && (
        <p className="text-sm text-muted">
          {t('apiDefault')}{' '}
          <button
            type="button"
            className="text-accent-text underline decoration-accent-line underline-offset-4"
            onClick={() => setOwn(true)}
          >
            {t('apiOwn')}
          </button>
        </p>
      )}
      {network === 'telegram' && own && (
        <div className="flex flex-col gap-4 rounded-lg bg-sunken p-3">
          <p className="text-sm text-muted">
            {t(needsApi ? 'apiNeeded' : 'apiText')}{' '}
            <a
              href="https://my.telegram.org/apps"
              target="_blank"
              rel="noopener noreferrer"
              className="text-accent-text underline decoration-accent-line underline-offset-4"
            >
              my.telegram.org
            </a>
          </p>
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label={t('apiId')} required error={refused['apiId'] ?? (tried && !apiId.trim() && t('apiMissing'))}>
              <Input
                inputMode="numeric"
                autoComplete="off"
                value={apiId}
                onChange={(e) => setApiId(digitsOf(e.target.value, 9))}
              />
            </Field>
            <Field
              label={t('apiHash')}
              required
              error={refused['apiHash'] ?? (tried && !apiHash.trim() && t('apiMissing'))}
            >
              <PasswordInput autoComplete="off" value={apiHash} onChange={(e) => setApiHash(e.target.value)} />
            </Field>
          </div>
        </div>
      )}
      {network === 'telegram' && (
        <p className="text-sm text-muted">
          {t('imported.offer')}{' '}
          <button
            type="button"
            className="text-accent-text underline decoration-accent-line underline-offset-4"
            onClick={onSession}
          >
            {t('imported.way')}
          </button>
        </p>
      )}
    </form>
  )
}

type CodeProps = Flow & {
  account: Account
  sent: Pick<Connecting, 'codeVia' | 'codeLength' | 'resendAt'> | null
  hint: string | null
  onCode: (code: string) => void
  onResend: () => void
}
const VIAS = ['app', 'sms', 'call', 'flash_call', 'missed_call', 'email', 'fragment'] as const
function CodeStep({ account, sent, hint, busy, refused, clear, onCode, onResend }: CodeProps) {
  const { t } = useTranslation('accounts')
  const [code, setCode] = useState('')
  const tried = useRef('')
  const length = sent?.codeLength || CODE_LENGTH
  const wait = useCountdown(
    sent?.resendAt ? Math.ceil((Date.parse(sent.resendAt) - Date.now()) / 1000) : undefined,
    sent?.resendAt,
  )
  const via = VIAS.find((v) => v === sent?.codeVia) ?? 'app'
  const submit = (value: string) => {
    if (value.length < length || busy) return
    tried.current = value
    onCode(value)
  }
  // A wrong code is typed anew.
  const problem = refused['code']
  useEffect(() => {
    if (problem) setCode('')
  }, [problem])
  return (
    <form
      id={FORM}
      noValidate
      onSubmit={(e) => {
        e.preventDefault()
        submit(code)
      }}
      className="flex flex-col gap-4"
    >
      <p className="text-sm text-muted">{t(`via.${via}`, { phone: account.phoneMasked ?? '' })}</p>
      {hint && <Notice>{t('sandboxCode', { code: hint })}</Notice>}
      <Field label={t('code')} required error={problem}>
        <Input
          autoFocus
          size="lg"
          inputMode="numeric"
          autoComplete="one-time-code"
          className="tabular font-semibold"
          style={{ letterSpacing: '0.3em', maxWidth: 220, fontSize: 18 }}
          value={code}
          onChange={(e) => {
            const next = digitsOf(e.target.value, length)
            if (problem) clear()
            setCode(next)
            // Typed or pasted in full: nothing is left to press.
            if (next.length === length && next !== tried.current) submit(next)
          }}
        />
      </Field>
      <p className="text-sm text-muted">
        {wait > 0 ? (
          <span className="tabular">{t('resendIn', { time: clock(wait) })}</span>
        ) : (
          <button
            type="button"
            disabled={busy}
            className="text-accent-text underline decoration-accent-line underline-offset-4"
            onClick={onResend}
          >
            {t('resend')}
          </button>
        )}
      </p>
    </form>
  )
}

type PasswordProps = Flow & { hint: string | null; onPassword: (p: string) => void }
function PasswordStep({ hint, refused, clear, onPassword }: PasswordProps) {
  const { t } = useTranslation('accounts')
  const { t: tc } = useTranslation()
  const [password, setPassword] = useState('')
  const [tried, setTried] = useState(false)
  return (
    <form
      id={FORM}
      noValidate
      onSubmit={(e) => {
        e.preventDefault()
        setTried(true)
        if (password) onPassword(password)
      }}
      className="flex flex-col gap-4"
    >
      <Field
        label={t('password')}
        required
        hint={hint ? t('passwordHint', { hint }) : undefined}
        error={refused['password'] ?? (tried && !password && tc('validation.required'))}
      >
        <PasswordInput
          autoFocus
          size="lg"
          autoComplete="off"
          value={password}
          onChange={(e) => {
            clear()
            setPassword(e.target.value)
          }}
        />
      </Field>
      <p className="text-sm text-muted">{t('passwordText')}</p>
    </form>
  )
}
