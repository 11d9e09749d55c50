import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isAbort, isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { useSession } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Button } from '@/shared/ui/button'
import { confirm } from '@/shared/ui/confirm'
import { Drawer } from '@/shared/ui/drawer'
import { Field } from '@/shared/ui/field'
import { Input } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import { Select } from '@/shared/ui/select'
import type { ApiKey, KeyChanges } from './api'
import { EXPIRIES, type Expiry, endOf, isComing } from './model'
import { PermissionPicker } from './permission-picker'
import { SecretDialog } from './secret-dialog'

type FormProps = { apiKey: ApiKey | null; changes: KeyChanges; onClose: () => void }
/** Makes a key and shows it once, or changes what one may do. */
export default function KeyForm(p: FormProps) {
  const [made, setMade] = useState<{ name: string; key: string } | null>(null)
  if (made) return <SecretDialog name={made.name} secret={made.key} onClose={p.onClose} />
  return <Form {...p} onMade={setMade} />
}

type Draft = { name: string; permissions: string[]; expiry: Expiry; date: string }
type Refused = { name?: string; permissions?: string; expiresAt?: string; form?: string }
function Form({
  apiKey,
  changes,
  onMade,
  onClose,
}: FormProps & { onMade: (made: { name: string; key: string }) => void }) {
  const { t } = useTranslation('access')
  const { t: tc } = useTranslation()
  const { day } = useFormat()
  const session = useSession()
  const [start] = useState<Draft>({
    name: apiKey?.name ?? '',
    permissions: apiKey?.permissions ?? [],
    expiry: apiKey ? (apiKey.expiresAt ? 'keep' : 'never') : '90',
    date: '',
  })
  const [draft, setDraft] = useState(start)
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<Refused>({})
  const noName = !draft.name.trim()
  const noDate = draft.expiry === 'date' && !isComing(draft.date, Date.now())
  const nothing = draft.permissions.length === 0
  // What the key has may stay, also where the person at the screen does not have it.
  const all = [...session.permissions, ...start.permissions.filter((p) => !session.permissions.includes(p))]
  const set = (change: Partial<Draft>) => {
    setDraft({ ...draft, ...change })
    setRefused({})
  }
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    setTried(true)
    if (noName || noDate || nothing) return
    setBusy(true)
    const name = draft.name.trim()
    const expiresAt = endOf(draft.expiry, draft.date, Date.now(), apiKey?.expiresAt ?? null)
    try {
      if (apiKey) {
        await changes.save(apiKey, { name, permissions: draft.permissions, expiresAt })
        onClose()
      } else onMade({ name, key: (await changes.create({ name, permissions: draft.permissions, expiresAt })).key })
    } catch (error) {
      // Not confirmed who one is: the form stays as it was.
      if (!isAbort(error)) setRefused(refusals(error))
      setBusy(false)
    }
  }
  const leave = async () => {
    const sure =
      JSON.stringify(draft) === JSON.stringify(start) ||
      (await confirm({
        title: t('keys.discard'),
        description: t('keys.discardText'),
        action: t('keys.discardAction'),
        danger: true,
      }))
    if (sure) onClose()
  }
  const label = (value: Expiry) =>
    value === 'keep' ? t('keys.expiry.keep', { date: day(apiKey?.expiresAt ?? 0) }) : t(`keys.expiry.${value}`)
  const choices: Expiry[] = [...(apiKey?.expiresAt ? (['keep'] as const) : []), ...EXPIRIES]
  return (
    <Drawer
      open
      onOpenChange={(o) => !o && void leave()}
      title={t(apiKey ? 'keys.editTitle' : 'keys.new')}
      description={apiKey?.prefix}
      initialFocus={() => document.querySelector<HTMLInputElement>('[data-first-field]')}
      footer={
        <>
          <Button size="md" onClick={() => void leave()}>
            {tc('action.cancel')}
          </Button>
          <Button size="md" variant="primary" type="submit" form="api-key" busy={busy}>
            {tc(apiKey ? 'action.save' : 'action.create')}
          </Button>
        </>
      }
    >
      <form id="api-key" noValidate onSubmit={(e) => void submit(e)} className="flex flex-col gap-5">
        <Field
          label={t('keys.name')}
          required
          hint={t('keys.nameHint')}
          error={refused.name ?? (tried && noName && tc('validation.required'))}
        >
          <Input
            data-first-field
            maxLength={100}
            autoComplete="off"
            value={draft.name}
            onChange={(e) => set({ name: e.target.value })}
          />
        </Field>
        <PermissionPicker
          all={all}
          value={draft.permissions}
          onValue={(permissions) => set({ permissions })}
          problem={refused.permissions ?? (tried && nothing && t('keys.nothing'))}
        />
        <Field
          label={t('keys.expires')}
          hint={draft.expiry === 'never' && t('keys.neverHint')}
          error={refused.expiresAt}
        >
          <Select
            value={draft.expiry}
            onValueChange={(expiry) => set({ expiry })}
            options={choices.map((value) => ({ value, label: label(value) }))}
          />
        </Field>
        {draft.expiry === 'date' && (
          <Field label={t('keys.date')} required error={tried && noDate && t('keys.dateMissing')}>
            <Input type="date" value={draft.date} onChange={(e) => set({ date: e.target.value })} />
          </Field>
        )}
        {!apiKey && <Notice>{t('keys.shownOnce')}</Notice>}
        <div role="alert" className="empty:hidden">
          {refused.form && <Notice kind="error">{refused.form}</Notice>}
        </div>
      </form>
    </Drawer>
  )
}

function refusals(e: unknown): Refused {
  const said: Refused = {}
  for (const d of isApiError(e) ? e.details : []) {
    const field = d.field.split(/[.[]/)[0]
    if (field === 'name' || field === 'permissions' || field === 'expiresAt') said[field] ??= d.message
  }
  return Object.keys(said).length > 0 ? said : { form: errorMessage(e) }
}
