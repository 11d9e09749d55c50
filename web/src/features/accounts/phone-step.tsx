import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Field } from '@/shared/ui/field'
import { Input, PasswordInput } from '@/shared/ui/input'
import { type Flow, FORM } from './connect-flow'
import { digitsOf, phoneOf } from './model'
import type { ConnectInput, Network, Networks } from './types'

type PhoneProps = Flow & {
  network: Network
  networks: Networks | undefined
  onSession: () => void
  onSend: (input: Omit<ConnectInput, 'network'>) => void
}
export function PhoneStep({ network, networks, refused, clear, onSession, onSend }: PhoneProps) {
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
