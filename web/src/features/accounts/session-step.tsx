import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Field } from '@/shared/ui/field'
import { Input, PasswordInput, Textarea } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import { Segmented } from '@/shared/ui/segmented'
import type { Flow } from './connect-flow'
import { digitsOf } from './model'
import { formatOf, type SessionFormat } from './session-model'

export type SessionInput = { format: SessionFormat; session: string; apiId?: number; apiHash?: string }
type StepProps = Flow & { form: string; needsApi: boolean; onImport: (input: SessionInput) => void }

/** The second way in: the session of another program, without a code. */
export default function SessionStep({ form, needsApi, refused, clear, onImport }: StepProps) {
  const { t } = useTranslation('accounts')
  const [session, setSession] = useState('')
  const [chosen, setChosen] = useState<SessionFormat>('telethon')
  const [apiId, setApiId] = useState('')
  const [apiHash, setApiHash] = useState('')
  const [tried, setTried] = useState(false)
  const found = formatOf(session)
  const format = found ?? chosen
  const half = (apiId.trim() === '') !== (apiHash.trim() === '')
  const noApi = half || (needsApi && !apiId.trim())
  const submit = (e: FormEvent) => {
    e.preventDefault()
    setTried(true)
    if (!found || noApi) return
    onImport({
      format,
      session: session.trim(),
      ...(apiId.trim() && { apiId: Number(apiId), apiHash: apiHash.trim() }),
    })
  }
  return (
    <form id={form} noValidate onSubmit={submit} className="flex flex-col gap-4">
      <Field
        label={t('imported.session')}
        required
        hint={t('imported.hint')}
        error={refused['session'] ?? (tried && !found && t('imported.invalid'))}
      >
        <Textarea
          autoFocus
          rows={5}
          maxLength={4096}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          className="font-mono break-all"
          value={session}
          onChange={(e) => {
            clear()
            setSession(e.target.value)
          }}
        />
      </Field>
      <div className="flex flex-wrap items-center gap-2">
        <Segmented<SessionFormat>
          label={t('imported.format')}
          value={format}
          onValueChange={setChosen}
          disabled={found !== null}
          options={[
            { value: 'telethon', label: 'Telethon' },
            { value: 'gramjs', label: 'GramJS' },
          ]}
        />
        <span role="status" className="text-xs text-subtle">
          {found && t('imported.found')}
        </span>
      </div>
      <div className="flex flex-col gap-3 rounded-lg bg-sunken p-3">
        <p className="text-sm text-muted">{t(needsApi ? 'imported.apiNeeded' : 'imported.api')}</p>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field
            label={t('apiId')}
            required={needsApi}
            optional={!needsApi}
            error={refused['apiId'] ?? (tried && noApi && !apiId.trim() && t('apiMissing'))}
          >
            <Input
              inputMode="numeric"
              autoComplete="off"
              value={apiId}
              onChange={(e) => setApiId(digitsOf(e.target.value, 12))}
            />
          </Field>
          <Field
            label={t('apiHash')}
            required={needsApi}
            optional={!needsApi}
            error={refused['apiHash'] ?? (tried && noApi && !apiHash.trim() && t('apiMissing'))}
          >
            <PasswordInput autoComplete="off" value={apiHash} onChange={(e) => setApiHash(e.target.value)} />
          </Field>
        </div>
      </div>
      <Notice kind="warning">{t('imported.once')}</Notice>
    </form>
  )
}
