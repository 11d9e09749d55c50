import { type FormEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { send } from '@/shared/api/call'
import { isAbort, isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { useCountdown } from '@/shared/lib/use-countdown'
import type { Challenge, FactorMethod } from '@/shared/session/mfa-types'
import { passkeysWork, provePasskey } from '@/shared/session/passkey'
import { Button } from '@/shared/ui/button'
import { Checkbox } from '@/shared/ui/checkbox'
import { ChoiceRow } from '@/shared/ui/choice-row'
import { CodeInput } from '@/shared/ui/code-input'
import { Field } from '@/shared/ui/field'
import { Input } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import { longClock as clock } from './clock'

const USE = { totp: 'challenge.useApp', backup: 'challenge.useBackup', passkey: 'challenge.usePasskey' } as const

type ChallengeFormProps = {
  challenge: Challenge
  /** The server opened the session. */
  onEntered: () => Promise<unknown>
  /** To the password again: another person, or this challenge is over. */
  onBack: () => void
}
/** The second step of signing in: six digits that send themselves, or a backup code. */
export function ChallengeForm({ challenge, onEntered, onBack }: ChallengeFormProps) {
  const { t } = useTranslation('recovery')
  const usable = (['totp', 'passkey', 'backup'] as const).filter(
    (m) => challenge.methods.includes(m) && (m !== 'passkey' || passkeysWork()),
  )
  const [method, setMethod] = useState<FactorMethod>(usable[0] ?? 'backup')
  const [code, setCode] = useState('')
  const [trustDevice, setTrust] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const input = useRef<HTMLInputElement>(null)
  const over = isApiError(error) && error.status === 410
  const limited = isApiError(error) && error.status === 429
  const wait = useCountdown(limited ? (error.retryAfterSeconds ?? 60) : undefined, error)

  const answer = async (answered: string) => {
    setBusy(true)
    setError(null)
    const { token } = challenge
    try {
      const proof =
        method === 'passkey' ? await provePasskey('/api/auth/challenge/passkey', { token }) : { code: answered }
      await send('POST', '/api/auth/challenge', { token, method, trustDevice, ...proof })
      await onEntered()
    } catch (e) {
      if (!isAbort(e)) setError(e)
      setCode('')
      setBusy(false)
      input.current?.focus()
    }
  }
  const submit = (e: FormEvent) => {
    e.preventDefault()
    e.stopPropagation()
    if ((method === 'passkey' || code.trim()) && !busy && wait === 0) void answer(code.trim())
  }
  const use = (next: FactorMethod) => {
    setMethod(next)
    setCode('')
    setError(null)
  }
  if (over)
    return (
      <div className="mt-6 flex flex-col gap-4">
        <Notice kind="warning" role="alert">
          {errorMessage(error)}
        </Notice>
        <Button variant="primary" size="xl" className="w-full" onClick={onBack}>
          {t('challenge.again')}
        </Button>
      </div>
    )
  const left = isApiError(error) ? error.facts['triesLeft'] : undefined
  const wrong = error ? (
    <span role="alert">
      {errorMessage(error)}
      {typeof left === 'number' && ` ${t('challenge.left', { count: left })}`}
    </span>
  ) : undefined
  return (
    <form onSubmit={submit} noValidate className="mt-6 flex flex-col gap-4">
      {method === 'passkey' ? (
        <>
          <p className="text-sm text-muted">{t('challenge.passkeyHint')}</p>
          {wrong && <p className="text-xs text-danger">{wrong}</p>}
        </>
      ) : method === 'totp' ? (
        <Field key="totp" label={t('challenge.code')} hint={t('challenge.codeHint')} error={wrong}>
          <CodeInput
            ref={input}
            autoFocus
            value={code}
            onValueChange={setCode}
            onComplete={(digits) => void answer(digits)}
            disabled={busy || wait > 0}
          />
        </Field>
      ) : (
        <Field key="backup" label={t('challenge.backup')} hint={t('challenge.backupHint')} error={wrong}>
          <Input
            ref={input}
            size="lg"
            autoFocus
            className="font-mono"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            placeholder="xxxxx-xxxxx"
            maxLength={20}
            value={code}
            readOnly={busy}
            onChange={(e) => setCode(e.target.value)}
          />
        </Field>
      )}
      <ChoiceRow label={t('challenge.trust')} hint={t('challenge.trustHint')}>
        {(c) => <Checkbox {...c} checked={trustDevice} onCheckedChange={setTrust} />}
      </ChoiceRow>
      <Button
        type="submit"
        variant="primary"
        size="xl"
        className="w-full"
        busy={busy}
        disabled={wait > 0 || (method === 'totp' ? code.length < 6 : method === 'backup' && !code.trim())}
      >
        {wait > 0 ? (
          <span className="tabular">{t('challenge.wait', { time: clock(wait) })}</span>
        ) : (
          t(method === 'passkey' ? 'challenge.passkey' : 'challenge.submit')
        )}
      </Button>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Button variant="ghost" size="md" className="-ml-2" onClick={onBack}>
          {t('challenge.back')}
        </Button>
        {usable
          .filter((m) => m !== method)
          .map((m) => (
            <Button key={m} variant="ghost" size="md" disabled={busy} onClick={() => use(m)}>
              {t(USE[m])}
            </Button>
          ))}
      </div>
    </form>
  )
}
