import { type FormEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { send } from '@/shared/api/call'
import { isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { useCountdown } from '@/shared/lib/use-countdown'
import type { Challenge } from '@/shared/session/mfa-types'
import { Button } from '@/shared/ui/button'
import { Checkbox } from '@/shared/ui/checkbox'
import { ChoiceRow } from '@/shared/ui/choice-row'
import { CodeInput } from '@/shared/ui/code-input'
import { Field } from '@/shared/ui/field'
import { Input } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import { longClock as clock } from './clock'

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
  const hasApp = challenge.methods.includes('totp')
  const hasBackup = challenge.methods.includes('backup')
  const [method, setMethod] = useState<'totp' | 'backup'>(hasApp ? 'totp' : 'backup')
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
    try {
      await send('POST', '/api/auth/challenge', { token: challenge.token, method, code: answered, trustDevice })
      await onEntered()
    } catch (e) {
      setError(e)
      setCode('')
      setBusy(false)
      input.current?.focus()
    }
  }
  const submit = (e: FormEvent) => {
    e.preventDefault()
    e.stopPropagation()
    if (code.trim() && !busy && wait === 0) void answer(code.trim())
  }
  const use = (next: 'totp' | 'backup') => {
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
      {method === 'totp' ? (
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
        disabled={wait > 0 || (method === 'totp' ? code.length < 6 : !code.trim())}
      >
        {wait > 0 ? (
          <span className="tabular">{t('challenge.wait', { time: clock(wait) })}</span>
        ) : (
          t('challenge.submit')
        )}
      </Button>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Button variant="ghost" size="md" className="-ml-2" onClick={onBack}>
          {t('challenge.back')}
        </Button>
        {hasApp && hasBackup && (
          <Button variant="ghost" size="md" onClick={() => use(method === 'totp' ? 'backup' : 'totp')}>
            {t(method === 'totp' ? 'challenge.useBackup' : 'challenge.useApp')}
          </Button>
        )}
      </div>
    </form>
  )
}
