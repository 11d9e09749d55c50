import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '@/shared/session/session'
import { Avatar } from '@/shared/ui/avatar'
import { Chevron } from '@/shared/ui/icons'
import { controlCls, Input } from '@/shared/ui/input'
import { PickList } from '@/shared/ui/pick-list'
import { Popover } from '@/shared/ui/popover'
import { Segmented } from '@/shared/ui/segmented'
import type { Option } from '@/shared/ui/select'
import { ValuesInput } from '@/shared/ui/values-input'
import { loadCompanies, loadMembers, loadTagNames } from './api'
import { dayOf, endOfDay, startOfDay } from './dates'
import { withAvatars, withLogos } from './field-editor'
import { type Field, type Kind, SIZES } from './fields'
import { type Condition, shapeOf } from './filter'
import { idsIn } from './filter-text'
import { useNames } from './names'

type ValueProps = { kind: Kind; field: Field; condition: Condition; onValue: (value: unknown) => void }
/** The input that fits the operator: a text, numbers, days, people, companies, tags … */
export function FilterValue(p: ValueProps) {
  const { t } = useTranslation('records')
  const { field, condition, onValue } = p
  const type = field.filter ?? 'text'
  const shape = shapeOf(type, condition.op)
  const label = t('filter.value')
  const { value } = condition
  switch (shape) {
    case 'none':
      return null
    case 'bool':
      return (
        <Segmented
          label={label}
          value={value === false ? 'no' : 'yes'}
          onValueChange={(v) => onValue(v === 'yes')}
          options={[
            { value: 'yes', label: t('filter.yes') },
            { value: 'no', label: t('filter.no') },
          ]}
        />
      )
    case 'number':
      return <NumberInput label={label} value={value} onValue={onValue} />
    case 'days':
      return <NumberInput label={label} value={value} onValue={onValue} unit={t('filter.daysUnit')} />
    case 'numbers': {
      const [a, b] = pair(value)
      return (
        <span className="flex min-w-0 items-center gap-1.5">
          <NumberInput label={t('filter.from')} value={a} onValue={(v) => onValue([v, b])} />–
          <NumberInput label={t('filter.to')} value={b} onValue={(v) => onValue([a, v])} />
        </span>
      )
    }
    case 'instant':
    case 'instants':
      return <Days {...p} both={shape === 'instants'} />
    case 'many':
      return type === 'reference' || type === 'choice' ? <Picked {...p} /> : <Many {...p} />
    default:
      return (
        <Input
          aria-label={label}
          placeholder={label}
          value={typeof value === 'string' ? value : ''}
          onChange={(e) => onValue(e.target.value)}
        />
      )
  }
}
const pair = (v: unknown): [unknown, unknown] => (Array.isArray(v) ? [v[0], v[1]] : [undefined, undefined])

type NumberProps = { label: string; value: unknown; onValue: (v: number | undefined) => void; unit?: string }
function NumberInput({ label, value, onValue, unit }: NumberProps) {
  return (
    <span className="flex min-w-0 flex-1 items-center gap-2">
      <Input
        type="number"
        aria-label={label}
        value={typeof value === 'number' ? value : ''}
        onChange={(e) => onValue(e.target.value === '' ? undefined : Number(e.target.value))}
        className="tabular"
      />
      {unit && <span className="shrink-0 text-sm text-muted">{unit}</span>}
    </span>
  )
}

function Days({ condition, onValue, both }: ValueProps & { both: boolean }) {
  const { t } = useTranslation('records')
  const zone = useSession().user.timeZone
  const [from, to] = both ? pair(condition.value) : [condition.value, undefined]
  const shown = (v: unknown) => (typeof v === 'string' && v ? dayOf(v, zone) : '')
  const start = (day: string) => (day ? startOfDay(day, zone) : undefined)
  const end = (day: string) => (day ? endOfDay(day, zone) : undefined)
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <Input
        type="date"
        aria-label={both ? t('filter.from') : t('filter.value')}
        value={shown(from)}
        onChange={(e) => onValue(both ? [start(e.target.value), to] : start(e.target.value))}
      />
      {both && (
        <>
          –
          <Input
            type="date"
            aria-label={t('filter.to')}
            value={shown(to)}
            onChange={(e) => onValue([from, end(e.target.value)])}
          />
        </>
      )}
    </span>
  )
}

function Many({ field, condition, onValue }: ValueProps) {
  const { t } = useTranslation('records')
  return (
    <ValuesInput
      aria-label={t('filter.value')}
      placeholder={t('filter.values')}
      value={Array.isArray(condition.value) ? (condition.value as string[]) : []}
      onValueChange={onValue}
      load={field.type === 'tags' ? (q, signal) => loadTagNames(q, signal) : undefined}
      max={100}
    />
  )
}

/** People, companies and sizes: ticked in a list. */
export function PickedList({ kind, field, condition, onValue }: ValueProps) {
  const { t } = useTranslation('records')
  const { user } = useSession()
  const chosen = Array.isArray(condition.value) ? (condition.value as string[]) : []
  const { owners, companies } = idsIn({ id: 0, join: 'and', items: [condition] })
  const nameOf = useNames(owners, companies)
  const labelOf = (v: string) =>
    v === 'me' ? t('filter.me') : field.filter === 'choice' ? t(`size.${v as '1-10'}`) : (nameOf(field.id, v) ?? '…')
  const value: Option[] = chosen.map((v) => ({ value: v, label: labelOf(v) }))
  const me: Option = {
    value: 'me',
    label: t('filter.me'),
    hint: user.name,
    icon: <Avatar name={user.name} size={18} />,
  }
  const list =
    field.type === 'owner'
      ? {
          lead: [me],
          load: (q: string, s: AbortSignal) => loadMembers(q, s).then(withAvatars),
        }
      : field.type === 'company'
        ? { load: (q: string, s: AbortSignal) => loadCompanies(q, s).then(withLogos) }
        : { options: SIZES.map((s) => ({ value: s, label: t(`size.${s}`) })) }
  return (
    <PickList
      multiple
      label={t(`field.${field.label}`)}
      value={value}
      onPick={(_, all) => onValue(all.map((o) => o.value))}
      {...list}
      key={kind}
    />
  )
}
function Picked(p: ValueProps) {
  const { t } = useTranslation('records')
  const { owners, companies } = idsIn({ id: 0, join: 'and', items: [p.condition] })
  const nameOf = useNames(owners, companies)
  const [open, setOpen] = useState(false)
  const chosen = Array.isArray(p.condition.value) ? (p.condition.value as string[]) : []
  const text = chosen
    .map((v) =>
      v === 'me'
        ? t('filter.me')
        : p.field.filter === 'choice'
          ? t(`size.${v as '1-10'}`)
          : (nameOf(p.field.id, v) ?? '…'),
    )
    .join(', ')
  return (
    <Popover
      bare
      open={open}
      onOpenChange={setOpen}
      label={t(`field.${p.field.label}`)}
      className="w-72"
      trigger={
        <button
          type="button"
          aria-label={`${t('filter.value')}: ${text || t('filter.choose')}`}
          className={`${controlCls} flex h-8 items-center gap-2 px-2.5 text-left`}
        >
          <span className={text ? 'min-w-0 flex-1 truncate' : 'min-w-0 flex-1 truncate text-subtle'}>
            {text || t('filter.choose')}
          </span>
          <Chevron />
        </button>
      }
    >
      <PickedList {...p} />
    </Popover>
  )
}
