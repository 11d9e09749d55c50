import { useQuery } from '@tanstack/react-query'
import { type FormEvent, lazy, Suspense, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { send } from '@/shared/api/call'
import { isAbort, isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { useCountdown } from '@/shared/lib/use-countdown'
import { useGuard } from '@/shared/session/guard'
import { mfaOptions } from '@/shared/session/mfa'
import type { StepUpMethod } from '@/shared/session/mfa-types'
import { passkeysWork, provePasskey } from '@/shared/session/passkey'
import { useSession } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { CodeInput } from '@/shared/ui/code-input'
import { Dialog } from '@/shared/ui/dialog'
import { ErrorState } from '@/shared/ui/error-state'
import { Field } from '@/shared/ui/field'
import { Input, PasswordInput } from '@/shared/ui/input'
import { Skeleton } from '@/shared/ui/skeleton'

const StepUpElsewhere = lazy(() => import('./step-up-elsewhere'))

/** Before what is dangerous: who is it? What was refused goes on by itself afterwards, or is given up. */
export default function StepUp() {
  const { t } = useTranslation('security')
  const question = useGuard((s) => s.question)
  return (
    <Dialog
      open={!!question}
      size="sm"
      onOpenChange={(open) => !open && question?.answer(false)}
      title={t('stepUp.title')}
      description={t('stepUp.text')}
    >
      {question && <Proof onAnswer={question.answer} />}
    </Dialog>
  )
}

function Proof({ onAnswer }: { onAnswer: (confirmed: boolean) => void }) {
  const { t: tc } = useTranslation()
  const mfa = useQuery(mfaOptions())
  const methods = mfa.data?.stepUp
  if (methods?.includes('provider'))
    return (
      <Suspense fallback={<Skeleton className="h-24 w-full" />}>
        <StepUpElsewhere onCancel={() => onAnswer(false)} />
      </Suspense>
    )
  if (methods) return <Answer methods={methods} onAnswer={onAnswer} />
  if (mfa.error) return <ErrorState error={mfa.error} onRetry={() => void mfa.refetch()} busy={mfa.isFetching} />
  return (
    <div role="status" aria-busy aria-label={tc('ui.loading')} className="flex flex-col gap-4 pb-3">
      <Skeleton className="h-3.5 w-40" />
      <Skeleton className="h-10 w-full" />
    </div>
  )
}

type AnswerProps = { methods: StepUpMethod[]; onAnswer: (confirmed: boolean) => void }
function Answer({ methods, onAnswer }: AnswerProps) {
  const { t } = useTranslation('security')
  const { t: tc } = useTranslation()
  const { user } = useSession()
  const usable = (['totp', 'passkey', 'password', 'backup'] as const).filter(
    (m) => methods.includes(m) && (m !== 'passkey' || passkeysWork()),
  )
  const [method, setMethod] = useState(usable[0] ?? 'password')
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const input = useRef<HTMLInputElement>(null)
  const limited = isApiError(error) && error.status === 429
  const wait = useCountdown(limited ? (error.retryAfterSeconds ?? 60) : undefined, error)
  const answer = async (given: string) => {
    setBusy(true)
    setError(null)
    try {
      await send('POST', '/api/auth/step-up', {
        method,
        ...(method === 'password'
          ? { password: given }
          : method === 'passkey'
            ? await provePasskey('/api/auth/step-up/passkey')
            : { code: given }),
      })
      onAnswer(true)
    } catch (e) {
      if (!isAbort(e)) setError(e)
      if (method === 'totp') setText('')
      setBusy(false)
      input.current?.focus()
    }
  }
  const submit = (e: FormEvent) => {
    e.preventDefault()
    e.stopPropagation() // what is confirmed may be a form around this window
    if ((text || method === 'passkey') && !busy && wait === 0) void answer(text.trim())
  }
  const wrong = error ? <span role="alert">{isApiError(error) ? detail(error) : errorMessage(error)}</span> : undefined
  const others = usable.filter((m) => m !== method)
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      {/* for password managers */}
      <input type="email" autoComplete="username" value={user.email} readOnly hidden />
      {method === 'passkey' ? (
        <>
          <p className="text-sm text-muted">{t('stepUp.passkeyHint')}</p>
          {wrong && <p className="text-xs text-danger">{wrong}</p>}
        </>
      ) : (
        <Field
          key={method}
          label={t(`stepUp.${method}`)}
          hint={method !== 'password' && t(`stepUp.${method}Hint`)}
          error={wrong}
        >
          {method === 'totp' ? (
            <CodeInput
              ref={input}
              autoFocus
              value={text}
              onValueChange={setText}
              onComplete={(digits) => void answer(digits)}
              disabled={busy || wait > 0}
            />
          ) : method === 'password' ? (
            <PasswordInput
              ref={input}
              autoFocus
              size="lg"
              autoComplete="current-password"
              value={text}
              onChange={(e) => setText(e.target.value)}
            />
          ) : (
            <Input
              ref={input}
              autoFocus
              size="lg"
              className="font-mono"
              autoComplete="off"
              spellCheck={false}
              placeholder="xxxxx-xxxxx"
              maxLength={20}
              value={text}
              onChange={(e) => setText(e.target.value)}
            />
          )}
        </Field>
      )}
      <div className="flex flex-wrap items-center gap-2 pb-2">
        {others.map((m) => (
          <Button
            key={m}
            size="md"
            variant="ghost"
            className="-ml-2"
            onClick={() => {
              setMethod(m)
              setText('')
              setError(null)
            }}
          >
            {t(`stepUp.use.${m}`)}
          </Button>
        ))}
        <span className="flex-1" />
        <Button size="md" onClick={() => onAnswer(false)}>
          {tc('action.cancel')}
        </Button>
        <Button
          type="submit"
          size="md"
          variant="primary"
          busy={busy}
          disabled={(!text && method !== 'passkey') || wait > 0}
        >
          {tc('action.confirm')}
        </Button>
      </div>
    </form>
  )
}
const detail = (e: { details: { message: string }[] }) => e.details[0]?.message ?? errorMessage(e)
