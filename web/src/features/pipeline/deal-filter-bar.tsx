import { useQueries } from '@tanstack/react-query'
import {
  AlignLeft,
  Banknote,
  Building2,
  CalendarDays,
  ListFilter,
  type LucideIcon,
  Megaphone,
  Tags,
  User,
  X,
} from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { findMembers, findRecords } from '@/shared/fields/find'
import { KIND_ICONS } from '@/shared/fields/kind-icons'
import { currencyOf } from '@/shared/fields/kinds'
import { useMemberNames } from '@/shared/fields/members'
import { recordNameOptions } from '@/shared/fields/names'
import { optionDot } from '@/shared/fields/pickers'
import { useFields } from '@/shared/fields/use-fields'
import { RecordMark } from '@/shared/fields/value'
import type { FilterNode } from '@/shared/lib/address'
import { digitsOf, toMajor } from '@/shared/lib/money'
import { useSession } from '@/shared/session/session'
import { Avatar } from '@/shared/ui/avatar'
import { Button } from '@/shared/ui/button'
import { Input } from '@/shared/ui/input'
import { PickList } from '@/shared/ui/pick-list'
import { Popover } from '@/shared/ui/popover'
import { Segmented } from '@/shared/ui/segmented'
import { type Option, Select } from '@/shared/ui/select'
import {
  type BuiltInField,
  type Condition,
  type FilterField,
  filterFields,
  isComplete,
  isSeveral,
  isTest,
  needsValue,
  newCondition,
  OPS,
  type Op,
  toCondition,
  toTest,
  withOp,
} from './deal-filter'
import { TagsInput } from './deal-inputs'
import { filterOf, itemsOf } from './questions'
import { type Tools, useTools } from './tools'

const ICONS: Record<BuiltInField, LucideIcon> = {
  amount: Banknote,
  expectedCloseOn: CalendarDays,
  companyId: Building2,
  contactId: User,
  source: Megaphone,
  tags: Tags,
  description: AlignLeft,
}
const iconOf = ({ builtIn, custom }: FilterField) => (builtIn ? ICONS[builtIn] : KIND_ICONS[custom?.kind ?? 'text'])
const TITLES = { companyId: 'company', contactId: 'contact' } as const
function titleOf({ builtIn, custom }: FilterField, t: Tools['t']) {
  if (custom) return custom.name
  return builtIn === 'companyId' || builtIn === 'contactId'
    ? t(`field.${TITLES[builtIn]}`)
    : t(`field.${builtIn ?? 'title'}`)
}

type BarProps = {
  filter: FilterNode | undefined
  currency: string
  /** The button: a new condition is being made beside it. */
  adding: HTMLElement | null
  onFilter: (f: FilterNode | undefined) => void
  onAdded: () => void
}
/** The conditions as chips, each edited where it stands, and the way to a new one. */
export default function DealFilterBar({ filter, currency, adding, onFilter, onAdded }: BarProps) {
  const { t } = useTranslation('pipeline')
  const tools = useTools()
  const fields = filterFields(useFields('deal'))
  const byId = new Map(fields.map((f) => [f.id, f]))
  const items = itemsOf(filter)
  const [made, setMade] = useState<Condition | null>(null)
  const put = (i: number, node: FilterNode | null) =>
    onFilter(filterOf(node ? items.with(i, node) : items.filter((_, k) => k !== i)))
  const close = () => {
    setMade(null)
    onAdded()
  }
  const field = made && byId.get(made.field)
  return (
    <>
      {items.length > 0 && (
        <ul
          aria-label={t('filter.active')}
          className="no-scrollbar flex h-10 shrink-0 items-center gap-1.5 overflow-x-auto border-b border-line bg-surface px-2.5"
        >
          {items.map((n, i) => {
            const f = isTest(n) ? byId.get(n.field) : undefined
            const c = isTest(n) ? toCondition(f, n) : null
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no other name
              <li key={i} className="flex h-7 shrink-0 items-center overflow-hidden rounded-md text-xs shadow-card">
                {f && c ? (
                  <Chip
                    field={f}
                    condition={c}
                    currency={currency}
                    tools={tools}
                    onApply={(next) => put(i, toTest(next))}
                  />
                ) : (
                  <span className="flex items-center gap-1.5 px-2 font-medium">
                    <ListFilter size={13} className="text-subtle" aria-hidden />
                    {t('filter.other')}
                  </span>
                )}
                <button
                  type="button"
                  aria-label={t('filter.remove', { filter: f ? titleOf(f, t) : t('filter.other') })}
                  onClick={() => put(i, null)}
                  className="grid h-full w-6 place-items-center border-l border-line text-subtle outline-offset-[-2px] hover:bg-hover hover:text-fg any-pointer-coarse:w-9"
                >
                  <X size={13} aria-hidden />
                </button>
              </li>
            )
          })}
          {items.length > 1 && (
            <li>
              <Button variant="ghost" size="sm" onClick={() => onFilter(undefined)}>
                {t('filter.clear')}
              </Button>
            </li>
          )}
        </ul>
      )}
      {adding && (
        <Popover
          open
          bare
          key={made ? 'value' : 'field'}
          label={t('filter.title')}
          anchor={adding}
          onOpenChange={(o) => !o && close()}
          finalFocus={() => adding}
          className={made ? 'w-80' : 'w-64'}
        >
          {made && field ? (
            <Editor
              field={field}
              condition={made}
              currency={currency}
              onApply={(c) => onFilter(filterOf([...items, toTest(c)]))}
              onClose={close}
            />
          ) : (
            <PickList
              label={t('filter.field')}
              value={[]}
              options={fields.map((f) => {
                const Icon = iconOf(f)
                return { value: f.id, label: titleOf(f, t), icon: <Icon size={14} aria-hidden /> }
              })}
              onPick={(o) => {
                const f = byId.get(o.value)
                if (f) setMade(newCondition(f))
              }}
            />
          )}
        </Popover>
      )}
    </>
  )
}

type ConditionProps = { field: FilterField; condition: Condition; currency: string }
function Chip({
  field,
  condition: c,
  currency,
  tools,
  onApply,
}: ConditionProps & { tools: Tools; onApply: (c: Condition) => void }) {
  const { t } = tools
  const [anchor, setAnchor] = useState<HTMLButtonElement | null>(null)
  const [open, setOpen] = useState(false)
  const Icon = iconOf(field)
  const value = useWords(field, c, currency, tools)
  const words = [titleOf(field, t), opText(field, c.op, t), value]
  return (
    <>
      <button
        ref={setAnchor}
        type="button"
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-label={t('filter.edit', { filter: words.filter(Boolean).join(' ') })}
        onClick={() => setOpen(true)}
        className="flex h-full items-stretch outline-offset-[-2px] hover:bg-hover"
      >
        <span className="flex items-center gap-1.5 px-2 text-muted">
          <Icon size={13} className="text-subtle" aria-hidden />
          {words[0]}
        </span>
        <span className="flex items-center border-l border-line px-2 text-subtle">{words[1]}</span>
        {value !== null && (
          <span className="flex max-w-44 items-center border-l border-line px-2 font-medium">
            <span className="truncate">{value}</span>
          </span>
        )}
      </button>
      {open && (
        <Popover
          open
          bare
          label={titleOf(field, t)}
          anchor={anchor}
          onOpenChange={(o) => setOpen(o)}
          finalFocus={() => anchor}
          className="w-80"
        >
          <Editor
            field={field}
            condition={c}
            currency={currency}
            onApply={onApply}
            onClose={() => {
              setOpen(false)
              anchor?.focus()
            }}
          />
        </Popover>
      )}
    </>
  )
}
const opText = ({ kind }: FilterField, op: Op, t: Tools['t']) =>
  kind === 'day' && (op === 'gte' || op === 'lte') ? t(`filter.dateOp.${op}`) : t(`filter.op.${op}`)

/** The value in words; names of people and records come when they are known. */
function useWords(
  { kind, custom, relation }: FilterField,
  { op, value }: Condition,
  currency: string,
  { t, fmt }: Tools,
) {
  const ids = relation && Array.isArray(value) ? value.map(String).slice(0, 2) : []
  const records = useQueries({ queries: ids.map((id) => recordNameOptions(relation ?? 'contact', id)) })
  const members = useMemberNames(kind === 'member')
  if (!needsValue(op)) return null
  const money = (v: unknown) => {
    const code = custom ? currencyOf(custom) : currency
    return fmt.money(toMajor(Number(v), code), code)
  }
  const one = (v: unknown, i: number): string => {
    if (kind === 'money') return money(v)
    if (kind === 'number') return fmt.num(Number(v))
    if (kind === 'day') return fmt.day(`${v}T12:00:00Z`)
    if (kind === 'bool') return t(v ? 'filter.yes' : 'filter.no')
    if (kind === 'member') return v === 'me' ? t('filter.me') : (members?.get(String(v)) ?? '…')
    if (kind === 'record') return records[i]?.data ?? '…'
    return custom?.options.find((o) => o.id === v)?.label ?? String(v)
  }
  if (op === 'between' && Array.isArray(value)) return value.map(one).join(' – ')
  if (!Array.isArray(value)) return one(value, 0)
  return value.length > 2 ? `${one(value[0], 0)} +${value.length - 1}` : value.map(one).join(', ')
}

function Editor({
  field,
  condition,
  currency,
  onApply,
  onClose,
}: ConditionProps & { onApply: (c: Condition) => void; onClose: () => void }) {
  const { t } = useTranslation('pipeline')
  const { t: tc } = useTranslation()
  const [draft, setDraft] = useState(condition)
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => form.current?.querySelector<HTMLElement>('[data-value] :is(input, button)')?.focus(), [])
  const ops = OPS[field.kind]
  const complete = isComplete(field.kind, draft)
  const Icon = iconOf(field)
  const picked = isSeveral(draft.op) && field.kind !== 'tags'
  return (
    <form
      ref={form}
      onSubmit={(e) => {
        e.preventDefault()
        e.stopPropagation()
        if (!complete) return
        onApply(draft)
        onClose()
      }}
    >
      <div className="flex flex-col gap-2 p-3 pb-2">
        <div className="flex items-center gap-2">
          <span className="flex min-w-0 items-center gap-1.5 text-sm font-medium">
            <Icon size={14} className="shrink-0 text-subtle" aria-hidden />
            <span className="truncate">{titleOf(field, t)}</span>
          </span>
          {ops.length > 1 && (
            <span className="ml-auto w-40 shrink-0">
              <Select
                size="sm"
                aria-label={t('filter.operator')}
                value={draft.op}
                onValueChange={(op) => setDraft(withOp(draft, op))}
                options={ops.map((op) => ({ value: op, label: opText(field, op, t) }))}
              />
            </span>
          )}
        </div>
        {!picked && needsValue(draft.op) && (
          <div data-value>
            <Value
              field={field}
              condition={draft}
              currency={currency}
              onValue={(value) => setDraft({ ...draft, value })}
            />
          </div>
        )}
      </div>
      {picked && (
        <div data-value className="border-y border-line">
          <Picked field={field} condition={draft} onValue={(value) => setDraft({ ...draft, value })} />
        </div>
      )}
      <div className="flex justify-end gap-2 p-3 pt-2">
        <Button onClick={onClose}>{tc('action.cancel')}</Button>
        <Button type="submit" variant="primary" disabled={!complete}>
          {t('filter.apply')}
        </Button>
      </div>
    </form>
  )
}

type ValueProps = ConditionProps & { onValue: (v: unknown) => void }
function Value({ field, condition: { op, value }, currency, onValue }: ValueProps) {
  const { t } = useTranslation('pipeline')
  if (field.kind === 'bool')
    return (
      <Segmented
        label={t('filter.value')}
        value={value === false ? 'no' : 'yes'}
        onValueChange={(v) => onValue(v === 'yes')}
        options={[
          { value: 'yes', label: t('filter.yes') },
          { value: 'no', label: t('filter.no') },
        ]}
      />
    )
  if (field.kind === 'tags') return <TagsInput value={Array.isArray(value) ? value : []} onValue={onValue} />
  const code = field.kind === 'money' ? (field.custom ? currencyOf(field.custom) : currency) : null
  const input = (v: unknown, label: string, change: (v: unknown) => void) =>
    field.kind === 'day' ? (
      <Input
        type="date"
        aria-label={label}
        value={typeof v === 'string' ? v : ''}
        onChange={(e) => change(e.target.value)}
      />
    ) : field.kind === 'text' ? (
      <Input aria-label={label} value={typeof v === 'string' ? v : ''} onChange={(e) => change(e.target.value)} />
    ) : (
      <NumberInput label={label} value={v} currency={code} onValue={change} />
    )
  if (op !== 'between') return input(value, t('filter.value'), onValue)
  const [a, b] = Array.isArray(value) ? value : [undefined, undefined]
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      {input(a, t('filter.from'), (v) => onValue([v, b]))}–{input(b, t('filter.to'), (v) => onValue([a, v]))}
    </span>
  )
}
type NumberProps = { label: string; value: unknown; currency: string | null; onValue: (v: number | undefined) => void }
/** Money is entered in major units and sent in minor ones. */
function NumberInput({ label, value, currency, onValue }: NumberProps) {
  const scale = currency ? 10 ** digitsOf(currency) : 1
  return (
    <Input
      type="number"
      step="any"
      aria-label={label}
      className="tabular"
      value={typeof value === 'number' ? value / scale : ''}
      onChange={(e) =>
        onValue(e.target.value === '' ? undefined : Math.round(Number(e.target.value) * scale * 1e6) / 1e6)
      }
      end={currency ? <span className="pr-2 text-xs text-subtle">{currency}</span> : undefined}
    />
  )
}

function Picked({ field, condition, onValue }: Omit<ValueProps, 'currency'>) {
  const { t } = useTranslation('pipeline')
  const { user } = useSession()
  const { kind, custom, relation } = field
  const chosen = Array.isArray(condition.value) ? condition.value.map(String) : []
  const records = useQueries({
    queries: relation ? chosen.slice(0, 20).map((id) => recordNameOptions(relation, id)) : [],
  })
  const members = useMemberNames(kind === 'member')
  const face = (o: Option) => ({ ...o, icon: <Avatar name={o.label} size={18} /> })
  const options = custom?.options.map(optionDot) ?? []
  const label = (v: string, i: number) =>
    v === 'me'
      ? t('filter.me')
      : relation
        ? (records[i]?.data ?? '…')
        : (members?.get(v) ?? options.find((o) => o.value === v)?.label ?? '…')
  const source = relation
    ? {
        load: (q: string, s: AbortSignal) =>
          findRecords(relation, q, s).then((all) =>
            all.map((o) => ({ ...o, icon: <RecordMark kind={relation} name={o.label} /> })),
          ),
      }
    : kind === 'member'
      ? {
          lead: [{ value: 'me', label: t('filter.me'), hint: user.name, icon: <Avatar name={user.name} size={18} /> }],
          load: (q: string, s: AbortSignal) => findMembers(q, s).then((all) => all.map(face)),
        }
      : { options }
  return (
    <PickList
      multiple
      label={titleOf(field, t)}
      value={chosen.map((v, i) => ({ value: v, label: label(v, i) }))}
      onPick={(_, all) => onValue(all.map((o) => o.value))}
      {...source}
    />
  )
}
