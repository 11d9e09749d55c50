import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Webhook, WebhookInput } from '@/api/gen/types.gen'
import { isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { Button } from '@/shared/ui/button'
import { confirm } from '@/shared/ui/confirm'
import { Drawer } from '@/shared/ui/drawer'
import { Field } from '@/shared/ui/field'
import { Input } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import type { WebhookChanges } from './api'
import { ALL_TYPES, urlProblem } from './model'
import { TypePicker } from './type-picker'

type FormProps = {
  /** Null: a new one. */
  webhook: Webhook | null
  changes: WebhookChanges
  /** Shown once, after it was made. */
  onSecret?: (secret: string) => void
  onClose: () => void
}
const draftOf = (w: Webhook | null): WebhookInput => ({
  url: w?.url ?? '',
  description: w?.description ?? '',
  types: w?.types ?? [ALL_TYPES],
})

export default function WebhookForm({ webhook, changes, onSecret, onClose }: FormProps) {
  const { t } = useTranslation('webhooks')
  const { t: tc } = useTranslation()
  const [start] = useState(() => draftOf(webhook))
  const [draft, setDraft] = useState(start)
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<Record<string, string>>({})
  const noUrl = urlProblem(draft.url) !== null
  const noTypes = draft.types.length === 0
  const set = (change: Partial<WebhookInput>) => {
    setDraft({ ...draft, ...change })
    setRefused({})
  }
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    setTried(true)
    if (noUrl || noTypes) return
    setBusy(true)
    const body = { ...draft, url: draft.url.trim(), description: draft.description?.trim() || null }
    try {
      if (webhook) await changes.save(webhook, body)
      else onSecret?.((await changes.create(body)).secret)
      onClose()
    } catch (error) {
      setRefused(refusals(error))
      setBusy(false)
    }
  }
  const leave = async () => {
    const sure =
      JSON.stringify(draft) === JSON.stringify(start) ||
      (await confirm({ title: t('discard'), description: t('discardText'), action: t('discardAction'), danger: true }))
    if (sure) onClose()
  }
  return (
    <Drawer
      open
      onOpenChange={(o) => !o && void leave()}
      title={t(webhook ? 'editTitle' : 'new')}
      initialFocus={() => document.querySelector<HTMLInputElement>('[data-first-field]')}
      footer={
        <>
          <Button size="md" onClick={() => void leave()}>
            {tc('action.cancel')}
          </Button>
          <Button size="md" variant="primary" type="submit" form="webhook" busy={busy}>
            {tc(webhook ? 'action.save' : 'action.create')}
          </Button>
        </>
      }
    >
      <form id="webhook" noValidate onSubmit={(e) => void submit(e)} className="flex flex-col gap-5">
        <Field
          label={t('url')}
          required
          hint={t('urlHint')}
          error={(tried && noUrl && tc('validation.url')) || refused['url']}
        >
          <Input
            data-first-field
            type="url"
            inputMode="url"
            autoComplete="off"
            maxLength={2000}
            placeholder="https://example.com/rapport"
            value={draft.url}
            onChange={(e) => set({ url: e.target.value })}
          />
        </Field>
        <Field label={t('description')} optional hint={t('descriptionHint')} error={refused['description']}>
          <Input
            maxLength={200}
            value={draft.description ?? ''}
            onChange={(e) => set({ description: e.target.value })}
          />
        </Field>
        <TypePicker
          value={draft.types}
          onValue={(types) => set({ types })}
          problem={(tried && noTypes && t('noTypes')) || refused['types']}
        />
        {!webhook && <Notice>{t('secretFollows')}</Notice>}
        <div role="alert">{refused['form'] && <Notice kind="error">{refused['form']}</Notice>}</div>
      </form>
    </Drawer>
  )
}

function refusals(e: unknown): Record<string, string> {
  const known = isApiError(e) ? e.details.map((d) => [d.field.split(/[.[]/)[0] ?? '', d.message]) : []
  const fields = Object.fromEntries(known.filter(([k]) => ['url', 'description', 'types'].includes(k ?? '')))
  return Object.keys(fields).length > 0 ? fields : { form: errorMessage(e) }
}
