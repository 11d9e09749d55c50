import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { useMediaQuery } from '@/shared/lib/use-media-query'
import { Button } from '@/shared/ui/button'
import { Dialog } from '@/shared/ui/dialog'
import { Drawer } from '@/shared/ui/drawer'
import { IconButton } from '@/shared/ui/icon-button'
import { Select } from '@/shared/ui/select'
import type { Tools } from './cells'
import { fieldOf, fieldsOf, type Kind, titleOf } from './fields'
import {
  addItem,
  type Condition,
  countConditions,
  emptyGroup,
  type Group,
  isComplete,
  isDated,
  isGroup,
  newCondition,
  OPS,
  replaceItem,
  withOp,
} from './filter'
import type { Filter } from './filter-bar'
import { FilterValue } from './filter-value'
import { iconOf } from './kinds'

const DEEPEST = 3
type BuilderProps = {
  kind: Kind
  filter: Filter
  tools: Tools
  open: boolean
  onOpenChange: (open: boolean) => void
  /** Above the conditions, on the phone: the order of the list. */
  lead?: React.ReactNode
}
/** The whole filter: conditions in groups of “all of”, “any of”, “none of”. A window, on the phone a sheet. */
export default function FilterBuilder({ kind, filter, open, onOpenChange, lead }: BuilderProps) {
  const { t } = useTranslation('records')
  const [draft, setDraft] = useState<Group>(() => (filter.count > 0 ? filter.group : withFirst(kind)))
  const phone = useMediaQuery('(max-width: 767px)')
  const apply = () => {
    filter.change(draft)
    onOpenChange(false)
  }
  const body = (
    <form
      id="filter-builder"
      onSubmit={(e) => {
        e.preventDefault()
        apply()
      }}
      className="flex flex-col gap-4"
    >
      {lead}
      <GroupEditor kind={kind} group={draft} root={draft} depth={1} onChange={setDraft} />
    </form>
  )
  const footer = (
    <>
      <Button size="md" variant="ghost" className="mr-auto" onClick={() => setDraft(emptyGroup())}>
        {t('filter.clear')}
      </Button>
      <Button size="md" onClick={() => onOpenChange(false)}>
        {t('filter.cancel')}
      </Button>
      <Button size="md" variant="primary" type="submit" form="filter-builder">
        {t('filter.show')}
      </Button>
    </>
  )
  const frame = { open, onOpenChange, title: t('filter.title'), footer, children: body }
  return phone ? <Drawer side="bottom" {...frame} /> : <Dialog size="lg" {...frame} />
}
function withFirst(kind: Kind): Group {
  const field = fieldsOf(kind)[0]
  return field ? { ...emptyGroup(), items: [newCondition(field)] } : emptyGroup()
}

type GroupProps = { kind: Kind; group: Group; root: Group; depth: number; onChange: (root: Group) => void }
function GroupEditor({ kind, group, root, depth, onChange }: GroupProps) {
  const { t } = useTranslation('records')
  const swap = (next: Group) => onChange(group.id === root.id ? next : replaceItem(root, group.id, next))
  const first = fieldsOf(kind)[0]
  return (
    <fieldset className={cn('min-w-0', depth > 1 && 'rounded-lg border border-line bg-sunken p-3')}>
      <legend className="sr-only">{t('filter.title')}</legend>
      <div className="mb-2 flex items-center gap-2">
        <span className="w-52">
          <Select
            size="sm"
            aria-label={t('filter.join')}
            value={group.join}
            onValueChange={(join) => swap({ ...group, join })}
            options={(['and', 'or', 'nor', 'nand'] as const).map((j) => ({ value: j, label: t(`filter.joins.${j}`) }))}
          />
        </span>
        {depth > 1 && (
          <IconButton
            label={t('filter.removeGroup', { count: countConditions(group) })}
            className="ml-auto"
            onClick={() => onChange(replaceItem(root, group.id, null))}
          >
            <Trash2 size={14} />
          </IconButton>
        )}
      </div>
      <ul className="flex flex-col gap-2">
        {group.items.map((i) => (
          <li key={i.id}>
            {isGroup(i) ? (
              <GroupEditor kind={kind} group={i} root={root} depth={depth + 1} onChange={onChange} />
            ) : (
              <ConditionRow kind={kind} condition={i} onChange={(c) => onChange(replaceItem(root, i.id, c))} />
            )}
          </li>
        ))}
      </ul>
      {group.items.length === 0 && <p className="py-1 text-sm text-subtle">{t('filter.none')}</p>}
      <div className="mt-2 flex flex-wrap gap-1">
        <Button variant="ghost" onClick={() => first && onChange(addItem(root, group.id, newCondition(first)))}>
          <Plus size={14} />
          {t('filter.addCondition')}
        </Button>
        {depth < DEEPEST && (
          <Button
            variant="ghost"
            onClick={() =>
              first && onChange(addItem(root, group.id, { ...emptyGroup('or'), items: [newCondition(first)] }))
            }
          >
            <Plus size={14} />
            {t('filter.addGroup')}
          </Button>
        )}
      </div>
    </fieldset>
  )
}

type RowProps = { kind: Kind; condition: Condition; onChange: (c: Condition | null) => void }
function ConditionRow({ kind, condition, onChange }: RowProps) {
  const { t } = useTranslation('records')
  const field = fieldOf(kind, condition.field)
  if (!field?.filter) return null
  const type = field.filter
  const opLabel = (op: Condition['op']) =>
    isDated(type) && (op === 'gte' || op === 'lt') ? t(`filter.dateOp.${op}`) : t(`filter.op.${op}`)
  return (
    <div
      className={cn(
        'grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto] items-start gap-2 md:grid-cols-[180px_168px_minmax(0,1fr)_auto]',
        !isComplete(kind, condition) && 'opacity-90',
      )}
    >
      <Select
        aria-label={t('filter.field')}
        value={field.id}
        onValueChange={(id) => {
          const next = fieldOf(kind, id)
          if (next && next.id !== field.id) onChange({ ...newCondition(next), id: condition.id })
        }}
        options={fieldsOf(kind)
          .filter((f) => f.filter)
          .map((f) => {
            const Icon = iconOf(f)
            return {
              value: f.id,
              label: titleOf(f, t),
              icon: <Icon size={14} className="text-subtle" aria-hidden />,
            }
          })}
      />
      <Select
        aria-label={t('filter.operator')}
        value={condition.op}
        disabled={OPS[type].length === 1}
        onValueChange={(op) => onChange(withOp(condition, type, op))}
        options={OPS[type].map((op) => ({ value: op, label: opLabel(op) }))}
      />
      <span className="min-w-0 max-md:order-1 max-md:col-span-3">
        <FilterValue
          kind={kind}
          field={field}
          condition={condition}
          onValue={(value) => onChange({ ...condition, value })}
        />
      </span>
      <IconButton label={t('filter.removeCondition')} className="mt-0.5" onClick={() => onChange(null)}>
        <Trash2 size={14} />
      </IconButton>
    </div>
  )
}
