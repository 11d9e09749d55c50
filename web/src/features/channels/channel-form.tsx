import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OpenedChannel } from '@/api/gen/types.gen'
import { isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { Button } from '@/shared/ui/button'
import { Dialog } from '@/shared/ui/dialog'
import { Field } from '@/shared/ui/field'
import { Input } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import type { ChannelChanges } from './api'
import { SecretDialog } from './secret-dialog'

type FormProps = { changes: ChannelChanges; onClose: () => void }
/** Opens a channel; then shows its secret, this once. */
export default function ChannelForm({ changes, onClose }: FormProps) {
  const [opened, setOpened] = useState<OpenedChannel | null>(null)
  const { t } = useTranslation('channels')
  if (opened)
    return (
      <SecretDialog
        title={t('openedTitle', { name: opened.name })}
        address={location.origin + opened.path}
        secret={opened.secret}
        onClose={onClose}
      />
    )
  return <Form changes={changes} onOpened={setOpened} onClose={onClose} />
}

function Form({ changes, onOpened, onClose }: FormProps & { onOpened: (c: OpenedChannel) => void }) {
  const { t } = useTranslation('channels')
  const { t: tc } = useTranslation()
  const [name, setName] = useState('')
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<{ name?: string; form?: string }>({})
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    setTried(true)
    if (!name.trim()) return
    setBusy(true)
    try {
      onOpened(await changes.open(name.trim()))
    } catch (error) {
      const known = isApiError(error) ? error.details.find((d) => d.field === 'name') : undefined
      setRefused(known ? { name: known.message } : { form: errorMessage(error) })
      setBusy(false)
    }
  }
  return (
    <Dialog
      open
      onOpenChange={(o) => !o && onClose()}
      title={t('new')}
      description={t('newText')}
      footer={
        <>
          <Button size="md" onClick={onClose}>
            {tc('action.cancel')}
          </Button>
          <Button size="md" variant="primary" type="submit" form="channel" busy={busy}>
            {tc('action.create')}
          </Button>
        </>
      }
    >
      <form id="channel" noValidate onSubmit={(e) => void submit(e)} className="flex flex-col gap-4">
        <Field
          label={t('name')}
          required
          hint={t('nameHint')}
          error={refused.name ?? (tried && !name.trim() && tc('validation.required'))}
        >
          <Input
            autoFocus
            maxLength={100}
            autoComplete="off"
            placeholder={t('namePlaceholder')}
            value={name}
            onChange={(e) => {
              setName(e.target.value)
              setRefused({})
            }}
          />
        </Field>
        <Notice>{t('secretFollows')}</Notice>
        <div role="alert" className="empty:hidden">
          {refused.form && <Notice kind="error">{refused.form}</Notice>}
        </div>
      </form>
    </Dialog>
  )
}
