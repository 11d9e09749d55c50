import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DealInput, Missing, Named, Pipeline } from '@/api/gen/types.gen'
import { isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { useSession } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { confirm } from '@/shared/ui/confirm'
import { Dialog } from '@/shared/ui/dialog'
import { Field } from '@/shared/ui/field'
import { Input } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import { Select } from '@/shared/ui/select'
import { toast } from '@/shared/ui/toast'
import { api, refreshBoards } from './api'
import { CompanyPicker, ContactPicker, MoneyInput, OwnerPicker } from './deal-inputs'
import { StageDot } from './stage-dot'

type CreateDealProps = {
  pipeline: Pipeline
  stageId: string
  contact?: Named
  company?: Named
  onOpen: (id: string) => void
  onClose: () => void
}
/** The form for a new deal: a title is enough. */
export default function CreateDeal({ pipeline, stageId, onOpen, onClose, ...start }: CreateDealProps) {
  const { t } = useTranslation('pipeline')
  const { t: tc } = useTranslation()
  const qc = useQueryClient()
  const { user } = useSession()
  const stages = pipeline.stages.filter((s) => s.archivedAt === null && s.kind === 'open')
  const [title, setTitle] = useState('')
  const [stage, setStage] = useState(stages.find((s) => s.id === stageId)?.id ?? stages[0]?.id ?? null)
  const [amount, setAmount] = useState<{ minor: number | null; valid: boolean }>({ minor: null, valid: true })
  const [company, setCompany] = useState<Named | null>(start.company ?? null)
  const [contact, setContact] = useState<Named | null>(start.contact ?? null)
  const [owner, setOwner] = useState<Named | null>({ id: user.id, name: user.name })
  const [closeOn, setCloseOn] = useState('')
  const [busy, setBusy] = useState(false)
  const [errors, setErrors] = useState<Record<string, string>>({})
  const dirty = !!(title || amount.minor || closeOn)

  const submit = async () => {
    if (!title.trim()) return setErrors({ title: tc('validation.required') })
    if (!amount.valid) return
    setBusy(true)
    const body: DealInput = {
      title: title.trim(),
      pipelineId: pipeline.id,
      ...(stage ? { stageId: stage } : {}),
      ...(amount.minor === null ? {} : { amountMinor: amount.minor, currency: pipeline.currency }),
      companyId: company?.id ?? null,
      contactId: contact?.id ?? null,
      ownerId: owner?.id ?? null,
      ...(closeOn ? { expectedCloseOn: closeOn } : {}),
    }
    try {
      const deal = await api.createDeal(body)
      refreshBoards(qc)
      toast.add({
        type: 'success',
        title: t('created', { title: deal.title }),
        action: { label: t('card.open'), onClick: () => onOpen(deal.id) },
      })
      onClose()
    } catch (e) {
      setErrors(problemsOf(e))
      setBusy(false)
    }
  }
  const leave = async () => {
    const sure =
      !dirty ||
      (await confirm({
        title: t('discard.title'),
        description: t('discard.text'),
        action: t('discard.action'),
        danger: true,
      }))
    if (sure) onClose()
  }
  return (
    <Dialog
      open
      title={t('new')}
      onOpenChange={(open) => !open && void leave()}
      initialFocus={() => document.querySelector<HTMLInputElement>('[data-first-field]')}
      footer={
        <>
          <Button size="md" onClick={() => void leave()}>
            {tc('action.cancel')}
          </Button>
          <Button size="md" variant="primary" type="submit" form="create-deal" busy={busy}>
            {tc('action.create')}
          </Button>
        </>
      }
    >
      <form
        id="create-deal"
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(e) => {
          e.preventDefault()
          void submit()
        }}
      >
        <Field label={t('field.title')} required error={errors['title']}>
          <Input
            data-first-field
            autoComplete="off"
            maxLength={255}
            value={title}
            placeholder={t('hint.title')}
            onChange={(e) => {
              setTitle(e.target.value)
              setErrors({})
            }}
          />
        </Field>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field
            label={t('field.amount')}
            error={errors['amountMinor'] ?? (amount.valid ? undefined : t('problem.amount'))}
          >
            <MoneyInput minor={null} currency={pipeline.currency} onMoney={setAmount} />
          </Field>
          <Field label={t('field.stage')} error={errors['stageId']}>
            <Select
              value={stage}
              onValueChange={setStage}
              options={stages.map((s) => ({ value: s.id, label: s.name, icon: <StageDot color={s.color} /> }))}
            />
          </Field>
          <Field label={t('field.company')} error={errors['companyId']}>
            <CompanyPicker value={company} onValue={setCompany} />
          </Field>
          <Field label={t('field.contact')} error={errors['contactId']}>
            <ContactPicker value={contact} onValue={setContact} />
          </Field>
          <Field label={t('field.owner')} error={errors['ownerId']}>
            <OwnerPicker value={owner} onValue={setOwner} />
          </Field>
          <Field label={t('field.expectedCloseOn')} error={errors['expectedCloseOn']}>
            <Input type="date" value={closeOn} onChange={(e) => setCloseOn(e.target.value)} />
          </Field>
        </div>
        <div role="alert">{errors['form'] && <Notice kind="error">{errors['form']}</Notice>}</div>
      </form>
    </Dialog>
  )
}

/** Field by field where the server names them; what a stage asks for is said as a whole. */
function problemsOf(e: unknown): Record<string, string> {
  if (!isApiError(e)) return { form: errorMessage(e) }
  const missing = (e.facts['missing'] as Missing[] | undefined) ?? []
  if (missing.length > 0) return { form: [e.error, ...missing.map((m) => m.message)].join(' ') }
  const known = Object.fromEntries(e.details.map((d) => [d.field, d.message]))
  return e.details.length > 0 ? known : { form: errorMessage(e) }
}
