import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CustomField } from '@/api/gen/types.gen'
import { Avatar } from '@/shared/ui/avatar'
import { Combobox } from '@/shared/ui/combobox'
import { useControl } from '@/shared/ui/control'
import { Chevron } from '@/shared/ui/icons'
import { controlCls, Input, Textarea } from '@/shared/ui/input'
import { Popover } from '@/shared/ui/popover'
import type { Option } from '@/shared/ui/select'
import { Switch } from '@/shared/ui/switch'
import { findMembers, findRecords, rememberName } from './find'
import { chosenOf, currencyOf } from './kinds'
import { useMemberName } from './members'
import { inputTextOf, parseCustom } from './model'
import { useRecordName } from './names'
import { CustomPicker } from './pickers'
import { Options, RecordMark } from './value'

type InputProps = {
  field: CustomField
  value: unknown
  /** `valid: false`: what stands there is no value yet. */
  onValue: (value: unknown, valid: boolean) => void
  autoFocus?: boolean
  size?: 'sm' | 'md'
}
/** The control of a form for a custom field of any kind; inside of a Field. */
export function CustomInput(p: InputProps) {
  switch (p.field.kind) {
    case 'checkbox':
      return <Toggle {...p} />
    case 'select':
    case 'multiSelect':
      return <Choice {...p} />
    case 'user':
      return <Member {...p} />
    case 'relation':
      return <Related {...p} />
    default:
      return <Typed {...p} />
  }
}

function Typed({ field, value, onValue, autoFocus, size = 'md' }: InputProps) {
  const { t } = useTranslation('fields')
  const [text, setText] = useState(() => inputTextOf(field, value))
  const parsed = parseCustom(field, text)
  const problem = 'problem' in parsed ? parsed.problem : null
  const change = (next: string) => {
    setText(next)
    const p = parseCustom(field, next)
    onValue('value' in p ? p.value : null, 'value' in p)
  }
  const id = `custom-${field.key}-problem`
  const common = {
    value: text,
    autoFocus,
    'aria-invalid': problem ? true : undefined,
    'aria-describedby': problem ? id : undefined,
    onChange: (e: { target: { value: string } }) => change(e.target.value),
  }
  return (
    <>
      {field.kind === 'longText' ? (
        <Textarea rows={4} {...common} />
      ) : (
        <Input
          size={size}
          autoComplete="off"
          type={field.kind === 'date' ? 'date' : undefined}
          inputMode={MODES[field.kind]}
          end={field.kind === 'money' ? <Unit>{currencyOf(field)}</Unit> : undefined}
          {...common}
        />
      )}
      {problem && (
        <p id={id} className="text-xs text-danger">
          {t(`problem.${problem}`)}
        </p>
      )}
    </>
  )
}
const MODES: Partial<Record<CustomField['kind'], 'decimal' | 'url' | 'email' | 'tel'>> = {
  number: 'decimal',
  money: 'decimal',
  url: 'url',
  email: 'email',
  phone: 'tel',
}
const Unit = ({ children }: { children: string }) => <span className="pr-2 text-xs text-subtle">{children}</span>

function Toggle({ field, value, onValue }: InputProps) {
  return (
    <span className="flex h-8 items-center">
      <Switch aria-label={field.name} checked={value === true} onCheckedChange={(on) => onValue(on, true)} />
    </span>
  )
}
function Choice({ field, value, onValue }: InputProps) {
  const { t } = useTranslation('fields')
  const [open, setOpen] = useState(false)
  const control = useControl()
  const chosen = chosenOf(field, value)
  return (
    <Popover
      bare
      open={open}
      onOpenChange={setOpen}
      label={field.name}
      className="w-72"
      trigger={
        <button
          type="button"
          {...control}
          aria-label={`${field.name}: ${chosen.map((o) => o.label).join(', ') || t('notSet')}`}
          className={`${controlCls} flex min-h-8 items-center gap-2 px-2.5 py-1 text-left`}
        >
          <span className="min-w-0 flex-1">
            {chosen.length > 0 ? <Options options={chosen} wrap /> : <span className="text-subtle">{t('choose')}</span>}
          </span>
          <Chevron />
        </button>
      }
    >
      <CustomPicker field={field} value={value} onValue={(v) => onValue(v, true)} onDone={() => setOpen(false)} />
    </Popover>
  )
}
function Member({ value, onValue }: InputProps) {
  const { t } = useTranslation('fields')
  const id = typeof value === 'string' ? value : ''
  const name = useMemberName(id)
  const face = (o: Option) => ({ ...o, icon: <Avatar name={o.label} size={18} /> })
  return (
    <Combobox
      value={id ? { value: id, label: name ?? '…' } : null}
      onValueChange={(o) => onValue(o?.value ?? null, true)}
      load={(q, s) => findMembers(q, s).then((all) => all.map(face))}
      placeholder={t('choose')}
    />
  )
}
function Related({ field, value, onValue }: InputProps) {
  const { t } = useTranslation('fields')
  const qc = useQueryClient()
  const kind = field.relation ?? 'contact'
  const id = typeof value === 'string' ? value : ''
  const name = useRecordName(kind, id).data
  return (
    <Combobox
      value={id ? { value: id, label: name ?? '…' } : null}
      onValueChange={(o) => {
        if (o) rememberName(qc, kind, o)
        onValue(o?.value ?? null, true)
      }}
      load={(q, s) =>
        findRecords(kind, q, s).then((all) =>
          all.map((o) => ({ ...o, icon: <RecordMark kind={kind} name={o.label} /> })),
        )
      }
      placeholder={t(`find.${kind}`)}
    />
  )
}
