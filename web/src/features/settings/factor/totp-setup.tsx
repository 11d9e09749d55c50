import { useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { send } from '@/shared/api/call'
import { isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { useCountdown } from '@/shared/lib/use-countdown'
import { mfaOptions } from '@/shared/session/mfa'
import type { BackupCodes, TotpStart } from '@/shared/session/mfa-types'
import { Button } from '@/shared/ui/button'
import { CodeInput } from '@/shared/ui/code-input'
import { Field } from '@/shared/ui/field'
import { Skeleton } from '@/shared/ui/skeleton'
import { inFours } from './model'

const QrCode = lazy(() => import('./qr-code'))

type TotpSetupProps = { start: TotpStart; onDone: (codes: string[]) => void }
/** Shows the secret as a picture and as text, and takes the first code made of it. */
export function TotpSetup({ start, onDone }: TotpSetupProps) {
  const { t } = useTranslation('security')
  const { t: tc } = useTranslation()
  const qc = useQueryClient()
  const [code, setCode] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [copied, setCopied] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const limited = isApiError(error) && error.status === 429
  const wait = useCountdown(limited ? (error.retryAfterSeconds ?? 60) : undefined, error)
  const confirm = async (digits: string) => {
    setBusy(true)
    setError(null)
    try {
      const { backupCodes } = await send<BackupCodes>('POST', '/api/auth/mfa/totp/confirm', { code: digits })
      onDone(backupCodes)
      await qc.invalidateQueries({ queryKey: mfaOptions().queryKey })
    } catch (e) {
      setError(e)
      setCode('')
      setBusy(false)
      input.current?.focus()
    }
  }
  const copy = () =>
    void navigator.clipboard.writeText(start.secret).then(
      () => setCopied(true),
      () => {},
    )
  return (
    <div className="flex flex-col gap-4">
      <ol className="flex flex-col gap-4 text-sm">
        <li className="flex flex-col gap-2.5">
          <p className="font-medium">{t('wizard.scan')}</p>
          <p className="text-muted">{t('wizard.apps')}</p>
          <div className="grid place-items-center py-1">
            <Suspense fallback={<Skeleton className="size-46 rounded-lg" />}>
              <QrCode text={start.uri} label={t('wizard.qr')} />
            </Suspense>
          </div>
          <p>{t('wizard.secret')}</p>
          <div className="flex items-center gap-2 rounded-md bg-sunken py-1.5 pr-1.5 pl-3">
            <code className="min-w-0 flex-1 font-mono text-sm break-words select-all">{inFours(start.secret)}</code>
            <Button size="md" onClick={copy}>
              {copied ? tc('ui.copied') : tc('action.copy')}
            </Button>
          </div>
          <a href={start.uri} className="text-sm font-medium text-accent-text hover:underline">
            {t('wizard.here')}
          </a>
        </li>
        <li className="flex flex-col gap-2.5">
          <Field
            label={t('wizard.code')}
            error={
              error ? (
                <span role="alert">{(isApiError(error) && error.details[0]?.message) || errorMessage(error)}</span>
              ) : undefined
            }
          >
            <CodeInput
              ref={input}
              value={code}
              onValueChange={setCode}
              onComplete={(digits) => void confirm(digits)}
              disabled={busy || wait > 0}
            />
          </Field>
        </li>
      </ol>
      <Button
        variant="primary"
        size="xl"
        className="w-full"
        busy={busy}
        disabled={code.length < 6 || wait > 0}
        onClick={() => void confirm(code)}
      >
        {t('wizard.confirm')}
      </Button>
    </div>
  )
}
