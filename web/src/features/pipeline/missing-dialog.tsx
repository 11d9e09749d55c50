import { useQueryClient } from '@tanstack/react-query'
import { TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Board, DealField, DealPatch, Missing, Named } from '@/api/gen/types.gen'
import { errorMessage } from '@/shared/api/messages'
import { customIdOf, isCustomId } from '@/shared/fields/fields'
import { CustomInput } from '@/shared/fields/input'
import { useFields } from '@/shared/fields/use-fields'
import { useCan } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { Dialog } from '@/shared/ui/dialog'
import { Field } from '@/shared/ui/field'
import { Input, Textarea } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import { api, keys } from './api'
import { CompanyPicker, ContactPicker, MoneyInput, OwnerPicker } from './deal-inputs'
import { updateCard } from './model'
import type { RuleField } from './rules'
import type { Extra } from './use-moves'

type MissingDialogProps = {
  dealId: string
  title: string
  stage: string
  currency: string
  missing: readonly Missing[]
  /** The deal has what it lacked, or the rules are to be passed: move it. */
  onReady: (extra: Extra) => void
  onClose: () => void
}
/** What a stage asks for, as a form: filled in and moved in one go. */
export default function MissingDialog(p: MissingDialogProps) {
  const { t } = useTranslation('pipeline')
  const { t: tc } = useTranslation()
  const qc = useQueryClient()
  const mayOverride = useCan('pipeline.pipelines.write')
  const asked = p.missing.flatMap((m) => (m.rule === 'field' && m.field ? (m.field as RuleField) : []))
  const fields = asked.filter((f) => !isCustomId(f)) as DealField[]
  const custom = useFields('deal').filter((f) => asked.includes(customIdOf(f)))
  const others = p.missing.filter((m) => m.rule !== 'field')
  const [body, setBody] = useState<DealPatch>({})
  const [names, setNames] = useState<Record<string, Named | null>>({})
  const [reason, setReason] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const canFill = fields.length + custom.length > 0 && others.length === 0
  const submit = async () => {
    setBusy(true)
    try {
      if (Object.keys(body).length > 0) {
        const deal = await api.updateDeal(p.dealId, body)
        // The move is made on top of this version.
        qc.setQueriesData<Board>({ queryKey: keys.boards }, (b) => b && updateCard(b, deal.id, deal))
      }
      p.onReady(reason ? { reason } : {})
    } catch (e) {
      setProblem(errorMessage(e))
      setBusy(false)
    }
  }
  const refer = (key: 'companyId' | 'contactId' | 'ownerId') => ({
    value: names[key] ?? null,
    onValue: (v: Named | null) => {
      setNames({ ...names, [key]: v })
      setBody({ ...body, [key]: v?.id ?? null })
    },
  })
  const inputs: Record<DealField, () => React.ReactNode> = {
    amount: () => (
      <MoneyInput
        minor={null}
        currency={p.currency}
        onMoney={({ minor }) => setBody({ ...body, amountMinor: minor, currency: p.currency })}
      />
    ),
    company: () => <CompanyPicker {...refer('companyId')} />,
    contact: () => <ContactPicker {...refer('contactId')} />,
    owner: () => <OwnerPicker {...refer('ownerId')} />,
    expectedCloseOn: () => (
      <Input type="date" onChange={(e) => setBody({ ...body, expectedCloseOn: e.target.value })} />
    ),
    source: () => <Input maxLength={100} onChange={(e) => setBody({ ...body, source: e.target.value })} />,
    description: () => (
      <Textarea maxLength={5000} onChange={(e) => setBody({ ...body, description: e.target.value })} />
    ),
    reason: () => <Textarea rows={2} maxLength={500} onChange={(e) => setReason(e.target.value)} />,
  }
  return (
    <Dialog
      open
      size="sm"
      onOpenChange={(open) => !open && p.onClose()}
      title={t('missing.title', { stage: p.stage })}
      description={p.title}
      footer={
        <>
          {mayOverride && (
            <Button size="md" variant="ghost" className="mr-auto" onClick={() => p.onReady({ override: true })}>
              {t('missing.override')}
            </Button>
          )}
          <Button size="md" onClick={p.onClose}>
            {tc('action.cancel')}
          </Button>
          {canFill && (
            <Button size="md" variant="primary" busy={busy} onClick={() => void submit()}>
              {t('missing.action')}
            </Button>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {others.map((m) => (
          <Notice key={m.rule} kind="warning" icon={TriangleAlert}>
            {m.message}
          </Notice>
        ))}
        {fields.map((f) => (
          <Field key={f} label={t(`field.${f}`)} required>
            {inputs[f]()}
          </Field>
        ))}
        {custom.map((f) => (
          <Field key={f.id} label={f.name} required>
            <CustomInput
              field={f}
              value={body.custom?.[f.key]}
              onValue={(v) => setBody({ ...body, custom: { ...body.custom, [f.key]: v } })}
            />
          </Field>
        ))}
        {problem && <Notice kind="error">{problem}</Notice>}
      </div>
    </Dialog>
  )
}
