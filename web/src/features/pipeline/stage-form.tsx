import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DealField, Stage, StageColor, StageKind, StageReplace, StageRole, StageRules } from '@/api/gen/types.gen'
import { useRoleName } from '@/shared/access/role-name'
import { customIdOf } from '@/shared/fields/fields'
import { useFields } from '@/shared/fields/use-fields'
import { Button } from '@/shared/ui/button'
import { Checkbox } from '@/shared/ui/checkbox'
import { Field } from '@/shared/ui/field'
import { Input } from '@/shared/ui/input'
import { Select } from '@/shared/ui/select'
import { type RuleField, rulesOf, toRules } from './rules'
import { StageDot } from './stage-dot'

const COLORS: readonly StageColor[] = ['gray', 'blue', 'teal', 'green', 'yellow', 'orange', 'red', 'pink', 'violet']
const KINDS: readonly StageKind[] = ['open', 'won', 'lost']
const FIELDS: readonly DealField[] = [
  'amount',
  'company',
  'contact',
  'owner',
  'expectedCloseOn',
  'source',
  'description',
  'reason',
]
const ROLES: readonly StageRole[] = ['owner', 'admin', 'manager', 'agent']

type Draft = Pick<Stage, 'name' | 'kind' | 'color' | 'entryRules' | 'exitRules'> &
  Record<'probability' | 'rotDays' | 'wipLimit', string>
const start = (s: Stage): Draft => ({
  ...s,
  probability: String(s.probability),
  rotDays: s.rotDays === null ? '' : String(s.rotDays),
  wipLimit: s.wipLimit === null ? '' : String(s.wipLimit),
})
const numberOrNull = (text: string) => (text.trim() === '' ? null : Number(text))

export function StageForm({ stage, onSave }: { stage: Stage; onSave: (body: StageReplace) => Promise<void> }) {
  const { t } = useTranslation('pipeline')
  const { t: tc } = useTranslation()
  const [draft, setDraft] = useState(() => start(stage))
  const [busy, setBusy] = useState(false)
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change })
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    setBusy(true)
    const { name, kind, color, entryRules, exitRules } = draft
    await onSave({
      name: name.trim(),
      kind,
      color,
      entryRules,
      exitRules,
      probability: Number(draft.probability || 0),
      rotDays: numberOrNull(draft.rotDays),
      wipLimit: numberOrNull(draft.wipLimit),
    })
    setBusy(false)
  }
  const number = (field: 'probability' | 'rotDays' | 'wipLimit', min: number, max: number) => (
    <Field label={t(`stages.${field}`)}>
      <Input
        type="number"
        min={min}
        max={max}
        value={draft[field]}
        placeholder={field === 'probability' ? undefined : t('stages.none')}
        onChange={(e) => set({ [field]: e.target.value })}
      />
    </Field>
  )
  return (
    <form onSubmit={(e) => void submit(e)} className="flex flex-col gap-4 border-t border-line p-3">
      <Field label={t('stages.name')} required>
        <Input required maxLength={100} value={draft.name} onChange={(e) => set({ name: e.target.value })} />
      </Field>
      <div className="grid grid-cols-2 gap-3">
        <Field label={t('stages.kindLabel')}>
          <Select
            value={draft.kind}
            onValueChange={(kind) => set({ kind })}
            options={KINDS.map((k) => ({ value: k, label: t(`stages.kind.${k}`) }))}
          />
        </Field>
        <Field label={t('stages.color')}>
          <Select
            value={draft.color}
            onValueChange={(color) => set({ color })}
            options={COLORS.map((c) => ({ value: c, label: t(`color.${c}`), icon: <StageDot color={c} /> }))}
          />
        </Field>
      </div>
      <div className="grid grid-cols-3 items-end gap-3">
        {number('probability', 0, 100)}
        {number('rotDays', 1, 365)}
        {number('wipLimit', 1, 100_000)}
      </div>
      <Rules label={t('stages.entry')} rules={draft.entryRules} onRules={(entryRules) => set({ entryRules })} />
      <Rules label={t('stages.exit')} rules={draft.exitRules} onRules={(exitRules) => set({ exitRules })} />
      <Button type="submit" size="md" variant="primary" busy={busy} className="self-end">
        {tc('action.save')}
      </Button>
    </form>
  )
}

function Rules({
  label,
  rules: given,
  onRules,
}: {
  label: string
  rules: StageRules
  onRules: (r: StageRules) => void
}) {
  const { t } = useTranslation('pipeline')
  const roleName = useRoleName()
  const { t: tf } = useTranslation('fields')
  const custom = useFields('deal')
  const rules = rulesOf(given)
  const ask = (f: RuleField, on: boolean) => onRules(toRules(toggled(rules.requiredFields, f, on), rules.roles))
  const [open, setOpen] = useState(rules.requiredFields.length + rules.roles.length > 0)
  if (!open)
    return (
      <Button variant="ghost" className="-ml-2 self-start" aria-expanded={false} onClick={() => setOpen(true)}>
        {label}…
      </Button>
    )
  return (
    <fieldset className="flex flex-col gap-2 rounded-lg bg-sunken p-3">
      <legend className="float-left text-sm font-medium">{label}</legend>
      <div className="grid grid-cols-2 gap-x-3 gap-y-2">
        {FIELDS.map((f) => (
          <Choice
            key={f}
            label={t(`field.${f}`)}
            checked={rules.requiredFields.includes(f)}
            onChange={(on) => ask(f, on)}
          />
        ))}
      </div>
      {custom.length > 0 && (
        <>
          <p className="mt-1 text-xs text-subtle">{tf('group')}</p>
          <div className="grid grid-cols-2 gap-x-3 gap-y-2">
            {custom.map((f) => (
              <Choice
                key={f.id}
                label={f.name}
                checked={rules.requiredFields.includes(customIdOf(f))}
                onChange={(on) => ask(customIdOf(f), on)}
              />
            ))}
          </div>
        </>
      )}
      <p className="mt-1 text-xs text-subtle">{t('stages.roles')}</p>
      <div className="grid grid-cols-2 gap-x-3 gap-y-2">
        {ROLES.map((r) => (
          <Choice
            key={r}
            label={roleName(r)}
            checked={rules.roles.includes(r)}
            onChange={(on) => onRules(toRules(rules.requiredFields, toggled(rules.roles, r, on)))}
          />
        ))}
      </div>
    </fieldset>
  )
}
const toggled = <T,>(all: readonly T[], one: T, on: boolean): T[] => (on ? [...all, one] : all.filter((x) => x !== one))

function Choice({ label, checked, onChange }: { label: string; checked: boolean; onChange: (on: boolean) => void }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: Checkbox is a native one
    <label className="flex min-w-0 items-center gap-2 text-sm">
      <Checkbox checked={checked} onCheckedChange={onChange} />
      <span className="min-w-0">{label}</span>
    </label>
  )
}
