import { useNavigate } from '@tanstack/react-router'
import { FileText, ListOrdered, MessageSquare } from 'lucide-react'
import { type FormEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { useSession } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { Dialog } from '@/shared/ui/dialog'
import { Field } from '@/shared/ui/field'
import { Input } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import { useCampaignChanges } from './changes'
import { officeHours, PATTERNS, type Pattern, stepsOf } from './steps-model'
import { written } from './template-model'

const ICONS = { followUp: ListOrdered, single: MessageSquare, blank: FileText } as const

/** A name, and what it begins with: everything else is changed where it stands. */
export default function NewCampaign({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('campaigns')
  const { t: tc } = useTranslation()
  const { user, organization } = useSession()
  const greeted = written('contact.firstName', t('template.there'))
  const navigate = useNavigate()
  const changes = useCampaignChanges()
  const [name, setName] = useState('')
  const [pattern, setPattern] = useState<Pattern>('followUp')
  const [error, setError] = useState<{ name?: string; form?: string }>({})
  const [busy, setBusy] = useState(false)
  const group = useId()
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    if (!name.trim()) return setError({ name: tc('validation.required') })
    setBusy(true)
    try {
      const made = await changes.create({
        name: name.trim(),
        channel: 'telegram',
        audience: {
          source: { kind: 'contacts', contactIds: [] },
          exclude: { writtenToWithinDays: null, campaignIds: [], contactIds: [] },
        },
        schedule: officeHours(user.timeZone),
        steps: stepsOf(pattern, {
          first: t('text.first', { name: greeted, organization: organization.name }),
          second: t('text.second', { name: greeted }),
        }),
      })
      await navigate({ to: '/campaigns/$id', params: { id: made.id } })
    } catch (x) {
      const refused = isApiError(x) ? x.details.find((d) => d.field === 'name')?.message : undefined
      setError(refused ? { name: refused } : { form: errorMessage(x) })
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
          <Button size="md" variant="primary" type="submit" form="new-campaign" busy={busy}>
            {tc('action.create')}
          </Button>
        </>
      }
    >
      <form id="new-campaign" noValidate onSubmit={(e) => void submit(e)} className="flex flex-col gap-5">
        <Field label={t('name')} required error={error.name} hint={t('nameHint')}>
          <Input
            value={name}
            maxLength={120}
            autoComplete="off"
            onChange={(e) => {
              setName(e.target.value)
              setError({})
            }}
          />
        </Field>
        <fieldset>
          <legend className="mb-1.5 text-sm font-medium">{t('pattern.label')}</legend>
          <div className="grid gap-2">
            {PATTERNS.map((p) => {
              const Icon = ICONS[p]
              return (
                <label
                  key={p}
                  className="relative flex items-start gap-3 rounded-lg p-3 shadow-card has-checked:bg-accent-soft has-checked:outline-2 has-checked:outline-accent has-focus-visible:outline-2 has-focus-visible:outline-ring"
                >
                  <input
                    type="radio"
                    name={group}
                    value={p}
                    checked={pattern === p}
                    onChange={() => setPattern(p)}
                    className="absolute inset-0 m-0 appearance-none outline-none"
                  />
                  <Icon size={17} strokeWidth={1.75} aria-hidden className="mt-px shrink-0 text-accent-text" />
                  <span>
                    <span className="block text-sm font-medium">{t(`pattern.${p}`)}</span>
                    <span className="block text-xs text-muted">{t(`pattern.${p}Text`)}</span>
                  </span>
                </label>
              )
            })}
          </div>
        </fieldset>
        <div role="alert">{error.form && <Notice kind="error">{error.form}</Notice>}</div>
      </form>
    </Dialog>
  )
}
