import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { findRecords } from '@/shared/fields/find'
import { currencyOf, hasOptions } from '@/shared/fields/kinds'
import { optionDot } from '@/shared/fields/pickers'
import { dayOf, endOfDay, startOfDay } from '@/shared/lib/dates'
import { digitsOf } from '@/shared/lib/money'
import { useSession } from '@/shared/session/session'
import { cityOf } from '@/shared/time-zones/city'
import { loadZones } from '@/shared/time-zones/zones'
import { Avatar } from '@/shared/ui/avatar'
import { Chevron } from '@/shared/ui/icons'
import { controlCls, Input } from '@/shared/ui/input'
import { PickList } from '@/shared/ui/pick-list'
import { Popover } from '@/shared/ui/popover'
import { Segmented } from '@/shared/ui/segmented'
import type { Option } from '@/shared/ui/select'
import { ValuesInput } from '@/shared/ui/values-input'
import { loadCompanies, loadMembers, loadTagNames } from './api'
import { withAvatars, withLogos } from './field-editor'
import { type Field, type Kind, SIZES, titleOf } from './fields'
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
  const money = field.custom?.kind === 'money' ? currencyOf(field.custom) : undefined
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
      return <NumberInput label={label} value={value} onValue={onValue} money={money} />
    case 'days':
      return <NumberInput label={label} value={value} onValue={onValue} unit={t('filter.daysUnit')} />
    case 'numbers': {
      const [a, b] = pair(value)
      return (
        <span className="flex min-w-0 items-center gap-1.5">
          <NumberInput label={t('filter.from')} value={a} onValue={(v) => onValue([v, b])} money={money} />–
          <NumberInput label={t('filter.to')} value={b} onValue={(v) => onValue([a, v])} money={money} />
        </span>
      )
    }
    case 'day':
    case 'daySpan':
      return <PlainDays {...p} both={shape === 'daySpan'} />
    case 'instant':
    case 'instants':
      return <Days {...p} both={shape === 'instants'} />
    case 'many':
      return isPicked(field) ? <Picked {...p} /> : <Many {...p} />
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

/** Ticked in a list of what there is. */
export const isPicked = ({ filter, custom }: Field) =>
  filter === 'reference' || filter === 'choice' || custom?.kind === 'multiSelect'

type NumberProps = {
  label: string
  value: unknown
  onValue: (v: number | undefined) => void
  unit?: string
  /** Its currency: entered in major units, sent in minor ones. */
  money?: string
}
function NumberInput({ label, value, onValue, money, unit = money }: NumberProps) {
  const scale = money ? 10 ** digitsOf(money) : 1
  const toUnits = (n: number) => (money ? Math.round(n * scale) : n)
  return (
    <span className="flex min-w-0 flex-1 items-center gap-2">
      <Input
        type="number"
        aria-label={label}
        step={money ? 'any' : undefined}
        value={typeof value === 'number' ? value / scale : ''}
        onChange={(e) => onValue(e.target.value === '' ? undefined : toUnits(Number(e.target.value)))}
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

/** Days as such, in no time zone. */
function PlainDays({ condition, onValue, both }: ValueProps & { both: boolean }) {
  const { t } = useTranslation('records')
  const [from, to] = both ? pair(condition.value) : [condition.value, undefined]
  const shown = (v: unknown) => (typeof v === 'string' ? v : '')
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <Input
        type="date"
        aria-label={both ? t('filter.from') : t('filter.value')}
        value={shown(from)}
        onChange={(e) => onValue(both ? [e.target.value, to] : e.target.value)}
      />
      {both && (
        <>
          –
          <Input
            type="date"
            aria-label={t('filter.to')}
            value={shown(to)}
            onChange={(e) => onValue([from, e.target.value])}
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

function useValueLabel(kind: Kind, field: Field, condition: Condition) {
  const { t } = useTranslation('records')
  const { owners, companies, records } = useMemo(
    () => idsIn({ id: 0, join: 'and', items: [condition] }, kind),
    [kind, condition],
  )
  const nameOf = useNames(owners, companies, records)
  return (v: string) => {
    if (v === 'me') return t('filter.me')
    if (field.type === 'size') return t(`size.${v as '1-10'}`)
    if (field.type === 'zone') return cityOf(v)
    const option = field.custom?.options.find((o) => o.id === v)
    return option?.label ?? nameOf(field.id, v) ?? '…'
  }
}
/** What can be ticked, and how it is found. */
function useSource({ type, custom }: Field) {
  const { t } = useTranslation('records')
  const { user } = useSession()
  if (custom && hasOptions(custom.kind)) return { options: custom.options.map(optionDot) }
  if (custom?.kind === 'relation') {
    const kind = custom.relation ?? 'contact'
    return { load: (q: string, s: AbortSignal) => findRecords(kind, q, s) }
  }
  if (type === 'owner' || custom) {
    const icon = <Avatar name={user.name} size={18} />
    const me: Option = { value: 'me', label: t('filter.me'), hint: user.name, icon }
    return { lead: [me], load: (q: string, s: AbortSignal) => loadMembers(q, s).then(withAvatars) }
  }
  if (type === 'company') return { load: (q: string, s: AbortSignal) => loadCompanies(q, s).then(withLogos) }
  if (type === 'zone') return { load: loadZones }
  return { options: SIZES.map((s) => ({ value: s, label: t(`size.${s}`) })) }
}

/** People, records and options: ticked in a list. */
export function PickedList({ kind, field, condition, onValue }: ValueProps) {
  const { t } = useTranslation('records')
  const chosen = Array.isArray(condition.value) ? (condition.value as string[]) : []
  const labelOf = useValueLabel(kind, field, condition)
  const value: Option[] = chosen.map((v) => ({ value: v, label: labelOf(v) }))
  const list = useSource(field)
  return (
    <PickList
      multiple
      label={titleOf(field, t)}
      value={value}
      onPick={(_, all) => onValue(all.map((o) => o.value))}
      {...list}
      key={kind}
    />
  )
}
function Picked(p: ValueProps) {
  const { t } = useTranslation('records')
  const labelOf = useValueLabel(p.kind, p.field, p.condition)
  const [open, setOpen] = useState(false)
  const chosen = Array.isArray(p.condition.value) ? (p.condition.value as string[]) : []
  const text = chosen.map(labelOf).join(', ')
  return (
    <Popover
      bare
      open={open}
      onOpenChange={setOpen}
      label={titleOf(p.field, t)}
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
