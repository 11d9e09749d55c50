import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CustomField } from '@/api/gen/types.gen'
import { isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import type { FieldKind, RecordKind } from '@/shared/fields/fields'
import { KIND_ICONS } from '@/shared/fields/kind-icons'
import { hasOptions } from '@/shared/fields/kinds'
import { KINDS } from '@/shared/fields/model'
import { cn } from '@/shared/lib/cn'
import { useHold } from '@/shared/live/hold'
import { Button } from '@/shared/ui/button'
import { Combobox } from '@/shared/ui/combobox'
import { confirm } from '@/shared/ui/confirm'
import { Drawer } from '@/shared/ui/drawer'
import { Field } from '@/shared/ui/field'
import { Input } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import { Segmented } from '@/shared/ui/segmented'
import type { FieldChanges } from './fields-api'
import { draftOf, type FieldDraft, problemsOf, toInput, toPatch } from './fields-model'
import { OptionEditor } from './option-editor'

type FormProps = {
  type: RecordKind
  /** Null: a new one. */
  field: CustomField | null
  fields: readonly CustomField[]
  changes: FieldChanges
  onClose: () => void
}
/** One custom field: its name, its kind, and what that kind needs. */
export default function FieldForm({ type, field, fields, changes, onClose }: FormProps) {
  const { t, i18n } = useTranslation('settings')
  const { t: tc } = useTranslation()
  useHold('fields')
  const [start] = useState(() => draftOf(field, i18n.language === 'ru' ? 'RUB' : 'EUR'))
  const [draft, setDraft] = useState<FieldDraft>(start)
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<Record<string, string>>({})
  const problems = problemsOf(
    draft,
    fields.filter((f) => f.id !== field?.id),
  )
  const set = (change: Partial<FieldDraft>) => {
    setDraft({ ...draft, ...change })
    setRefused({})
  }
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    setTried(true)
    if (problems.length > 0) return
    setBusy(true)
    try {
      const patch = field && toPatch(draft, field)
      if (!field) await changes.create(toInput(draft, type))
      else if (patch) await changes.save(field, patch)
      onClose()
    } catch (error) {
      setRefused(refusals(error))
      setBusy(false)
    }
  }
  const leave = async () => {
    const sure =
      JSON.stringify(draft) === JSON.stringify(start) ||
      (await confirm({
        title: t('fields.discard'),
        description: t('fields.discardText'),
        action: t('fields.discardAction'),
        danger: true,
      }))
    if (sure) onClose()
  }
  const problem = (...all: typeof problems) => {
    const found = tried && problems.find((p) => all.includes(p))
    return found ? t(`fields.problem.${found}`) : undefined
  }
  return (
    <Drawer
      open
      onOpenChange={(o) => !o && void leave()}
      title={t(field ? 'fields.editTitle' : 'fields.new')}
      description={t(`fields.types.${type}`)}
      initialFocus={() => document.querySelector<HTMLInputElement>('[data-first-field]')}
      footer={
        <>
          <Button size="md" onClick={() => void leave()}>
            {tc('action.cancel')}
          </Button>
          <Button size="md" variant="primary" type="submit" form="custom-field" busy={busy}>
            {tc(field ? 'action.save' : 'action.create')}
          </Button>
        </>
      }
    >
      <form id="custom-field" noValidate onSubmit={(e) => void submit(e)} className="flex flex-col gap-5">
        <Field
          label={t('fields.name')}
          required
          error={problem('name', 'sameName') ?? refused['name']}
          hint={field ? t('fields.key', { key: `custom.${field.key}` }) : t('fields.nameHint')}
        >
          <Input
            data-first-field
            autoComplete="off"
            maxLength={100}
            value={draft.name}
            onChange={(e) => set({ name: e.target.value })}
          />
        </Field>
        {field ? <KindShown kind={field.kind} /> : <KindChoice value={draft.kind} onValue={(kind) => set({ kind })} />}
        {draft.kind === 'money' && !field && (
          <Field label={t('fields.currency')} error={refused['currency']}>
            <Currency value={draft.currency} onValue={(currency) => set({ currency })} />
          </Field>
        )}
        {draft.kind === 'relation' && !field && (
          <div className="flex flex-col gap-1.5">
            <span className="text-sm font-medium" aria-hidden>
              {t('fields.relation')}
            </span>
            <Segmented
              label={t('fields.relation')}
              value={draft.relation}
              onValueChange={(relation) => set({ relation })}
              options={(['contact', 'company', 'deal'] as const).map((value) => ({
                value,
                label: t(`fields.types.${value}`),
              }))}
            />
          </div>
        )}
        {hasOptions(draft.kind) && (
          <OptionEditor
            options={draft.options}
            onOptions={(options) => set({ options })}
            problem={problem('options', 'sameOption') ?? refused['options']}
          />
        )}
        <div role="alert">{refused['form'] && <Notice kind="error">{refused['form']}</Notice>}</div>
      </form>
    </Drawer>
  )
}

function refusals(e: unknown): Record<string, string> {
  const known = isApiError(e) ? e.details.map((d) => [d.field.split(/[.[]/)[0] ?? '', d.message]) : []
  const fields = Object.fromEntries(known.filter(([k]) => ['name', 'options', 'currency'].includes(k ?? '')))
  return Object.keys(fields).length > 0 ? fields : { form: errorMessage(e) }
}

/** All kinds in sight: a native radio group with a picture for each. */
function KindChoice({ value, onValue }: { value: FieldKind; onValue: (k: FieldKind) => void }) {
  const { t } = useTranslation('settings')
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium">{t('fields.kindLabel')}</legend>
      <div className="grid grid-cols-2 gap-1.5">
        {KINDS.map((k) => {
          const Icon = KIND_ICONS[k]
          return (
            <label
              key={k}
              className={cn(
                'relative flex min-h-9 items-center gap-2.5 rounded-md border px-2.5 py-1.5 text-sm has-focus-visible:outline-2 has-focus-visible:outline-ring any-pointer-coarse:min-h-11',
                value === k ? 'border-accent bg-accent-soft font-medium' : 'border-line-strong hover:bg-hover',
              )}
            >
              <input
                type="radio"
                name="kind"
                value={k}
                checked={value === k}
                onChange={() => onValue(k)}
                className="absolute inset-0 m-0 appearance-none outline-none"
              />
              <Icon size={15} aria-hidden className={value === k ? 'shrink-0 text-accent' : 'shrink-0 text-subtle'} />
              <span className="min-w-0">{t(`fields.kind.${k}`)}</span>
            </label>
          )
        })}
      </div>
    </fieldset>
  )
}
function KindShown({ kind }: { kind: FieldKind }) {
  const { t } = useTranslation('settings')
  const Icon = KIND_ICONS[kind]
  return (
    <div className="flex items-center gap-3 rounded-lg bg-sunken px-3 py-2.5">
      <Icon size={16} aria-hidden className="shrink-0 text-subtle" />
      <div className="min-w-0">
        <p className="text-sm font-medium">{t(`fields.kind.${kind}`)}</p>
        <p className="text-xs text-subtle">{t('fields.kindFixed')}</p>
      </div>
    </div>
  )
}
function Currency({ value, onValue }: { value: string; onValue: (code: string) => void }) {
  const { i18n } = useTranslation()
  const names = new Intl.DisplayNames(i18n.language, { type: 'currency' })
  const option = (code: string) => ({ value: code, label: code, hint: names.of(code) })
  return (
    <Combobox
      clearable={false}
      value={option(value)}
      onValueChange={(o) => o && onValue(o.value)}
      options={Intl.supportedValuesOf('currency').map(option)}
    />
  )
}
