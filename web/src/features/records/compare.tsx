import { ArrowUpRight, Check } from 'lucide-react'
import { type CSSProperties, type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { customText } from '@/shared/fields/text'
import { CustomValue } from '@/shared/fields/value'
import { cn } from '@/shared/lib/cn'
import { Tag } from '@/shared/ui/badge'
import { RecordIcon, type Tools, Value } from './cells'
import { type CrmRecord, type Kind, titleOf } from './fields'
import { iconOf, KINDS, subtitleOf } from './kinds'
import { ALL, type Choice, isNothing, type MergeRow, pick, rowsOf, sourceOf, union, valueIn } from './merge-model'
import { phone } from './show'

type CompareProps = {
  kind: Kind
  records: readonly CrmRecord[]
  choice: Choice
  onChoice: (choice: Choice) => void
  tools: Tools
  /** Also the rows in which all are equal. */
  withEqual: boolean
}
/** One column to the record, one row to the field: what is marked stays. On a phone the columns stand under each other. */
export function Compare({ kind, records, choice, onChoice, tools, withEqual }: CompareProps) {
  const { t } = useTranslation('merge')
  const name = useId()
  const rows = rowsOf(kind, records).filter((r) => withEqual || r.state === 'differs')
  const style = { '--n': records.length, '--w': `${168 + records.length * 208}px` } as CSSProperties
  return (
    <div className="overflow-x-auto overscroll-x-contain" style={style}>
      <div className="flex flex-col gap-1 p-2 max-md:gap-3 max-md:p-3 md:min-w-(--w)">
        <Row legend={t('compare.into')} label={t('compare.into')}>
          {records.map((r) => (
            <TargetCell
              key={r.id}
              name={`${name}-into`}
              kind={kind}
              record={r}
              tools={tools}
              chosen={choice.into === r.id}
              onChoose={() => onChoice({ ...choice, into: r.id })}
            />
          ))}
        </Row>
        {rows.map((row) => (
          <FieldRow
            key={row.id}
            name={`${name}-${row.id}`}
            kind={kind}
            row={row}
            records={records}
            source={sourceOf(row, records, choice)}
            into={choice.into}
            tools={tools}
            onPick={(source) => onChoice(pick(choice, row.id, source))}
          />
        ))}
      </div>
    </div>
  )
}

/** The name of the row stays in sight while the columns scroll. */
function Row({
  legend,
  label,
  aside,
  children,
}: {
  legend: string
  label: ReactNode
  aside?: ReactNode
  children: ReactNode
}) {
  return (
    <fieldset className="min-w-0 md:grid md:grid-cols-[160px_repeat(var(--n),minmax(0,1fr))] md:gap-1">
      <legend className="sr-only">{legend}</legend>
      <div className="flex items-start gap-2 md:sticky md:left-0 md:z-[1] md:-my-0.5 md:bg-card md:py-0.5 md:pr-1">
        <span aria-hidden className="flex min-h-8 min-w-0 items-center gap-2 flex-1 text-sm text-muted max-md:min-h-6">
          {label}
        </span>
        {aside}
      </div>
      <div className="contents max-md:mt-1 max-md:flex max-md:flex-col max-md:gap-1">{children}</div>
    </fieldset>
  )
}

type ChoiceCellProps = {
  name: string
  label: string
  chosen: boolean
  disabled?: boolean
  onChoose: () => void
  className?: string
  children: ReactNode
}
/** A radio button as large as its cell. */
function ChoiceCell({ name, label, chosen, disabled, onChoose, className, children }: ChoiceCellProps) {
  return (
    <label
      className={cn(
        'relative flex min-w-0 rounded-md px-2.5 text-sm has-focus-visible:outline-2 has-focus-visible:outline-ring',
        chosen ? 'bg-accent-soft text-fg shadow-[inset_0_0_0_1px_var(--accent-line)]' : 'text-muted',
        !chosen && !disabled && 'hover:bg-hover hover:text-fg',
        className,
      )}
    >
      <input
        type="radio"
        name={name}
        aria-label={label}
        checked={chosen}
        disabled={disabled}
        onChange={onChoose}
        className="absolute inset-0 m-0 appearance-none outline-none"
      />
      {children}
    </label>
  )
}

type TargetProps = { name: string; kind: Kind; record: CrmRecord; tools: Tools; chosen: boolean; onChoose: () => void }
function TargetCell({ name, kind, record, tools, chosen, onChoose }: TargetProps) {
  const { t } = useTranslation('merge')
  const { fmt } = tools
  return (
    <ChoiceCell
      name={name}
      label={t('compare.keep', { name: record.name })}
      chosen={chosen}
      onChoose={onChoose}
      className="items-start gap-2.5 py-2.5"
    >
      <RecordIcon kind={kind} name={record.name} size={32} />
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-1.5">
          <span className="truncate font-semibold text-fg" title={record.name}>
            {record.name}
          </span>
          <a
            href={`${KINDS[kind].path}/${record.id}`}
            target="_blank"
            rel="noreferrer"
            aria-label={t('compare.open', { name: record.name })}
            className="relative z-[1] grid size-6 shrink-0 place-items-center rounded-sm text-subtle hover:bg-hover hover:text-fg"
          >
            <ArrowUpRight size={13} aria-hidden />
          </a>
        </span>
        <span className="block truncate text-xs text-muted">{subtitleOf(kind, record) || record.emails[0] || '—'}</span>
        <span className="mt-1 flex min-h-5 flex-wrap items-center gap-x-2 gap-y-1">
          <time dateTime={record.createdAt} title={fmt.dateTime(record.createdAt)} className="text-xs text-subtle">
            {t('compare.added', { when: fmt.ago(record.createdAt) })}
          </time>
          {chosen && (
            <span className="inline-flex h-5 items-center gap-1 rounded-sm bg-accent px-1.5 text-xs font-medium text-accent-fg">
              <Check size={12} strokeWidth={2.4} aria-hidden />
              {t('compare.stays')}
            </span>
          )}
        </span>
      </span>
    </ChoiceCell>
  )
}

type FieldRowProps = {
  name: string
  kind: Kind
  row: MergeRow
  records: readonly CrmRecord[]
  source: string
  into: string
  tools: Tools
  onPick: (source: string) => void
}
function FieldRow({ name, kind, row, records, source, into, tools, onPick }: FieldRowProps) {
  const { t } = useTranslation('merge')
  const label = labelOfRow(row, tools)
  const Icon = iconOf(row.field ?? { id: 'custom' })
  const equal = row.state === 'same'
  const together = row.isList ? union(row, records, into).length : 0
  return (
    <Row
      legend={label}
      label={
        <>
          <Icon size={14} strokeWidth={1.75} className="shrink-0 text-faint" />
          <span className="min-w-0 truncate" title={label}>
            {label}
          </span>
        </>
      }
      aside={
        row.isList &&
        !equal && (
          <ChoiceCell
            name={name}
            label={t('compare.all', { count: together })}
            chosen={source === ALL}
            onChoose={() => onPick(ALL)}
            className="mt-1 h-6 shrink-0 items-center gap-1 px-1.5! text-xs! whitespace-nowrap any-pointer-coarse:mt-0 any-pointer-coarse:h-8"
          >
            {source === ALL && <Check size={12} strokeWidth={2.4} aria-hidden className="text-accent-text" />}
            {t('compare.all', { count: together })}
          </ChoiceCell>
        )
      }
    >
      {records.map((r) => {
        const blank = isNothing(valueIn(r, row))
        const stays = source === ALL ? !blank : source === r.id
        return (
          <ChoiceCell
            key={r.id}
            name={name}
            label={t('compare.take', { name: r.name, value: blank ? t('compare.nothing') : plainValue(row, r, tools) })}
            chosen={source === r.id}
            disabled={blank || equal}
            onChoose={() => onPick(r.id)}
            className={cn(
              'min-h-8 items-start gap-2 py-1.5',
              source === ALL && stays && 'bg-accent-soft/60 text-fg!',
              equal && 'text-muted! bg-transparent! shadow-none!',
              blank && 'max-md:hidden',
            )}
          >
            <span className="mt-px shrink-0 md:hidden" aria-hidden>
              <RecordIcon kind={kind} name={r.name} size={16} />
            </span>
            <span className="min-w-0 flex-1 break-words">
              {blank ? (
                <span className="text-subtle" aria-hidden>
                  —
                </span>
              ) : (
                <Shown row={row} record={r} tools={tools} />
              )}
            </span>
            {stays && !equal && (
              <Check size={13} strokeWidth={2.2} aria-hidden className="mt-0.5 shrink-0 text-accent-text" />
            )}
          </ChoiceCell>
        )
      })}
    </Row>
  )
}

export const labelOfRow = (row: MergeRow, { t }: Tools) =>
  row.field ? titleOf(row.field, t) : row.id.replace(/^custom\./, '')

/** Whole, unlike in a table: all values of a list, every line of a text. */
function Shown({ row, record, tools }: { row: MergeRow; record: CrmRecord; tools: Tools }) {
  const { field } = row
  if (!field) return <>{plainValue(row, record, tools)}</>
  switch (field.type) {
    case 'tags':
      return (
        <span className="flex flex-wrap gap-1">
          {record.tags.map((x) => (
            <Tag key={x}>{x}</Tag>
          ))}
        </span>
      )
    case 'emails':
    case 'phones':
      return (
        <span className="tabular flex flex-col">
          {(field.type === 'emails' ? record.emails : record.phones.map(phone)).map((v) => (
            <span key={v} className="break-all">
              {v}
            </span>
          ))}
        </span>
      )
    case 'area':
      return <span className="line-clamp-4 whitespace-pre-wrap">{String(valueIn(record, row))}</span>
    case 'custom':
      return field.custom ? (
        <CustomValue wrap field={field.custom} value={valueIn(record, row)} fmt={tools.fmt} />
      ) : null
    case 'owner':
    case 'company':
    case 'score':
    case 'flag':
    case 'size':
      return <Value field={field} record={record} tools={tools} />
    default:
      return <>{plainValue(row, record, tools)}</>
  }
}
/** For screen readers, and for what has no look of its own. */
function plainValue(row: MergeRow, record: CrmRecord, { t, fmt }: Tools): string {
  const custom = row.field?.custom
  if (custom) return customText(custom, valueIn(record, row), fmt) ?? ''
  if (row.id === 'companyId') return record.companyName ?? ''
  if (row.id === 'ownerId') return record.ownerName ?? ''
  const v = valueIn(record, row)
  if (Array.isArray(v)) return v.map(String).join(', ')
  if (typeof v === 'boolean') return t(v ? 'filter.yes' : 'filter.no')
  return typeof v === 'object' && v !== null ? JSON.stringify(v) : String(v ?? '')
}
