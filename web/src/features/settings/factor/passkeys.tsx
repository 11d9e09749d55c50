import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Fingerprint, Pencil, Trash2 } from 'lucide-react'
import { type FormEvent, lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { send } from '@/shared/api/call'
import { isAbort, isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { parseUserAgent } from '@/shared/lib/user-agent'
import { mfaOptions } from '@/shared/session/mfa'
import type { Mfa, Passkey } from '@/shared/session/mfa-types'
import { makePasskey, type Proof, passkeysWork } from '@/shared/session/passkey'
import { useFormat } from '@/shared/session/use-format'
import { Button } from '@/shared/ui/button'
import { confirm } from '@/shared/ui/confirm'
import { Dialog } from '@/shared/ui/dialog'
import { Field } from '@/shared/ui/field'
import { IconButton } from '@/shared/ui/icon-button'
import { Input } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import { Section } from '@/shared/ui/section'
import { toast } from '@/shared/ui/toast'

const CodesDialog = lazy(() => import('./totp-dialog').then((m) => ({ default: m.CodesDialog })))
const URL = '/api/auth/passkeys'

/** Keys of devices: the finger or the face in place of a password. */
export default function Passkeys({ mfa, passkeys }: { mfa: Mfa; passkeys: Passkey[] }) {
  const { t } = useTranslation('security')
  const qc = useQueryClient()
  const { queryKey } = mfaOptions()
  const [naming, setNaming] = useState<Proof | Passkey | null>(null)
  const [codes, setCodes] = useState<string[] | null>(null)
  const refresh = () => qc.invalidateQueries({ queryKey })
  const make = useMutation({
    mutationFn: () => makePasskey(`${URL}/options`),
    onSuccess: setNaming,
    onError: (e) =>
      // The device has one of ours already.
      toast.error(e instanceof DOMException && e.name === 'InvalidStateError' ? t('passkeys.already') : t('failed'), e),
  })
  const remove = useMutation({
    mutationFn: ({ id }: Passkey) => send('DELETE', `${URL}/${id}`),
    onMutate: async ({ id }) => {
      await qc.cancelQueries({ queryKey })
      const before = qc.getQueryData<Mfa>(queryKey)
      qc.setQueryData<Mfa>(queryKey, (m) => m && { ...m, passkeys: m.passkeys?.filter((p) => p.id !== id) })
      return { before }
    },
    onSuccess: (_, { name }) => toast.success(t('passkeys.removed', { name })),
    onError: (e, _, context) => {
      qc.setQueryData(queryKey, context?.before)
      toast.error(t('failed'), e)
    },
    onSettled: refresh,
  })
  const ask = async (passkey: Passkey) => {
    const sure = await confirm({
      title: t('passkeys.removeTitle', { name: passkey.name }),
      description: t('passkeys.removeText'),
      action: t('remove'),
      danger: true,
    })
    if (sure) remove.mutate(passkey)
  }
  const works = passkeysWork()
  const last = mfa.enforced && !mfa.totp.enabled && passkeys.length === 1
  return (
    <Section
      title={t('passkeys.title')}
      text={t('passkeys.text')}
      flush
      actions={
        works && (
          <Button size="md" variant="primary" busy={make.isPending} onClick={() => make.mutate()}>
            {t('passkeys.add')}
          </Button>
        )
      }
    >
      {!works && <Notice className="mx-4 mb-3 md:mx-5">{t('passkeys.unsupported')}</Notice>}
      {passkeys.length === 0 ? (
        <p className="border-t border-line-soft px-4 py-3 text-sm text-subtle md:px-5">{t('passkeys.none')}</p>
      ) : (
        <ul aria-label={t('passkeys.title')}>
          {passkeys.map((p) => (
            <Row key={p.id} passkey={p} onRename={() => setNaming(p)} onRemove={last ? null : () => void ask(p)} />
          ))}
        </ul>
      )}
      {naming && (
        <NameDialog
          what={naming}
          onDone={(made) => {
            setNaming(null)
            setCodes(made)
            void refresh()
          }}
          onClose={() => setNaming(null)}
        />
      )}
      <Suspense>{codes && <CodesDialog codes={codes} onClose={() => setCodes(null)} />}</Suspense>
    </Section>
  )
}

type RowProps = { passkey: Passkey; onRename: () => void; onRemove: (() => void) | null }
function Row({ passkey: p, onRename, onRemove }: RowProps) {
  const { t } = useTranslation('security')
  const { ago, day } = useFormat()
  return (
    <li className="flex items-center gap-3 border-t border-line-soft px-4 py-3 md:px-5">
      <span data-tone="green" className="grid size-9 shrink-0 place-items-center rounded-md bg-tone text-tone-fg">
        <Fingerprint size={17} strokeWidth={1.75} aria-hidden />
      </span>
      <div className="min-w-0 flex-1">
        <div className="truncate text-sm font-medium">{p.name}</div>
        <div className="tabular text-xs text-subtle">
          {t('since', { date: day(p.createdAt) })} ·{' '}
          {p.lastUsedAt ? t('passkeys.used', { ago: ago(p.lastUsedAt) }) : t('passkeys.unused')}
        </div>
      </div>
      <IconButton
        label={t('passkeys.rename')}
        aria-label={`${t('passkeys.rename')}: ${p.name}`}
        onClick={onRename}
        className="any-pointer-coarse:size-10!"
      >
        <Pencil size={14} />
      </IconButton>
      <IconButton
        label={t('remove')}
        aria-label={`${t('remove')}: ${p.name}`}
        disabled={!onRemove}
        onClick={onRemove ?? undefined}
        className="any-pointer-coarse:size-10!"
      >
        <Trash2 size={14} />
      </IconButton>
    </li>
  )
}

type NameProps = {
  /** A new one that the device has made, or one that gets another name. */
  what: Proof | Passkey
  onDone: (codes: string[] | null) => void
  onClose: () => void
}
function NameDialog({ what, onDone, onClose }: NameProps) {
  const { t } = useTranslation('security')
  const { t: tc } = useTranslation()
  const fresh = 'credential' in what
  const [name, setName] = useState(() => (fresh ? deviceName() : what.name))
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    if (!name.trim()) return
    setBusy(true)
    setError(null)
    try {
      if (fresh) {
        const { token, credential } = what
        const made = await send<{ backupCodes: string[] | null }>('POST', URL, { token, name: name.trim(), credential })
        toast.success(t('passkeys.added'))
        onDone(made.backupCodes)
      } else {
        await send('PATCH', `${URL}/${what.id}`, { name: name.trim() })
        onDone(null)
      }
    } catch (e) {
      if (!isAbort(e)) setError(e)
      setBusy(false)
    }
  }
  return (
    <Dialog
      open
      size="sm"
      onOpenChange={(o) => !o && onClose()}
      title={t(fresh ? 'passkeys.nameTitle' : 'passkeys.rename')}
      description={fresh && t('passkeys.nameText')}
      footer={
        <>
          <Button size="md" onClick={onClose}>
            {tc('action.cancel')}
          </Button>
          <Button size="md" variant="primary" type="submit" form="passkey" busy={busy} disabled={!name.trim()}>
            {tc('action.save')}
          </Button>
        </>
      }
    >
      <form id="passkey" noValidate onSubmit={(e) => void submit(e)}>
        <Field
          label={t('passkeys.name')}
          required
          error={error !== null && ((isApiError(error) && error.details[0]?.message) || errorMessage(error))}
        >
          <Input
            autoFocus
            maxLength={60}
            autoComplete="off"
            value={name}
            onFocus={(e) => e.currentTarget.select()}
            onChange={(e) => setName(e.target.value)}
          />
        </Field>
      </form>
    </Dialog>
  )
}
/** The device is what one knows a passkey by. */
function deviceName() {
  const { browser, system } = parseUserAgent(navigator.userAgent)
  return [browser, system].filter(Boolean).join(', ')
}
