import { RotateCcw } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { clock } from '@/shared/lib/clock'
import { useCountdown } from '@/shared/lib/use-countdown'
import { Button } from '@/shared/ui/button'
import { Field } from '@/shared/ui/field'
import { Input } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import { type Flow, FORM } from './connect-flow'
import { digitsOf } from './model'
import type { Account, Connecting } from './types'

const CODE_LENGTH = 5
type CodeProps = Flow & {
  account: Account
  sent: Pick<Connecting, 'codeVia' | 'codeLength' | 'resendAt'> | null
  hint: string | null
  /** The code that was sent is good no longer. */
  expired: boolean
  onCode: (code: string) => void
  onResend: () => void
}
const VIAS = ['app', 'sms', 'call', 'flash_call', 'missed_call', 'email', 'fragment'] as const
export function CodeStep({ account, sent, hint, expired, busy, refused, clear, onCode, onResend }: CodeProps) {
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
  // Another code may be the same.
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each that was sent
  useEffect(() => {
    tried.current = ''
  }, [sent, expired])
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
      {expired ? (
        <Button variant="secondary" size="md" className="self-start" busy={busy} onClick={onResend}>
          <RotateCcw size={14} aria-hidden />
          {t('sendNew')}
        </Button>
      ) : (
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
      )}
    </form>
  )
}
