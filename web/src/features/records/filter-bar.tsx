import { ListFilter, X } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/shared/ui/button'
import type { Tools } from './cells'
import { fieldOf, type Kind, titleById } from './fields'
import {
  addItem,
  type Condition,
  countConditions,
  emptyGroup,
  type Group,
  type Item,
  isGroup,
  replaceItem,
  toAst,
  toModel,
} from './filter'
import { idsIn, wordsOf } from './filter-text'
import { iconOf } from './kinds'
import { type NameOf, useNames } from './names'
import type { ListSearch } from './search-params'
import type { SetSearch } from './use-list'

const ConditionPopover = lazy(() => import('./condition-popover'))
const FilterBuilder = lazy(() => import('./filter-builder'))

/** The filter of the address as something to edit; every change goes back into the address. */
export function useFilter(kind: Kind, search: ListSearch, set: SetSearch) {
  const group = useMemo(() => toModel(kind, search.filter), [kind, search.filter])
  const change = (next: Group) => set({ filter: toAst(kind, next) }, true)
  return {
    group,
    count: countConditions(group),
    change,
    clear: () => change(emptyGroup()),
    /** Added conditions must hold besides what is there. */
    add: (c: Condition) =>
      change(group.join === 'and' ? addItem(group, group.id, c) : { ...emptyGroup(), items: [group, c] }),
  }
}
export type Filter = ReturnType<typeof useFilter>

type BarProps = { kind: Kind; filter: Filter; tools: Tools }
/** Chips of the conditions that hold: each is edited where it stands. */
export function FilterChips({ kind, filter, tools }: BarProps) {
  const { t } = useTranslation('records')
  const { group } = filter
  const ids = useMemo(() => idsIn(group, kind), [group, kind])
  const nameOf = useNames(ids.owners, ids.companies, ids.records)
  const [editing, setEditing] = useState<number | null>(null)
  const [advanced, setAdvanced] = useState(false)
  if (group.items.length === 0) return null
  const simple = group.join === 'and'
  const items: Item[] = simple ? group.items : [group]
  const remove = (i: Item) => filter.change(i === group ? emptyGroup() : replaceItem(group, i.id, null))
  return (
    <ul aria-label={t('filter.active')} className="flex items-center gap-1.5">
      {items.map((i) => {
        const label = isGroup(i) ? t(`filter.group.${i.join}`, { count: countConditions(i) }) : undefined
        return (
          <li key={i.id} className="flex h-7 shrink-0 items-center overflow-hidden rounded-md text-xs shadow-card">
            {isGroup(i) ? (
              <ChipButton label={label ?? ''} onClick={() => setAdvanced(true)}>
                <ListFilter size={13} className="text-subtle" aria-hidden />
                <span className="font-medium">{label}</span>
              </ChipButton>
            ) : (
              <ConditionChip
                kind={kind}
                condition={i}
                tools={tools}
                nameOf={nameOf}
                open={editing === i.id}
                onOpenChange={(o) => setEditing(o ? i.id : null)}
                onApply={(c) => filter.change(replaceItem(group, i.id, c))}
              />
            )}
            <button
              type="button"
              aria-label={t('filter.remove', { filter: label ?? titleById(kind, (i as Condition).field, t) })}
              onClick={() => remove(i)}
              className="grid h-full w-6 place-items-center border-l border-line text-subtle outline-offset-[-2px] hover:bg-hover hover:text-fg"
            >
              <X size={13} />
            </button>
          </li>
        )
      })}
      {items.length > 1 && (
        <li>
          <Button variant="ghost" size="sm" onClick={filter.clear}>
            {t('filter.clear')}
          </Button>
        </li>
      )}
      {advanced && (
        <Suspense>
          <FilterBuilder kind={kind} filter={filter} tools={tools} open onOpenChange={setAdvanced} />
        </Suspense>
      )}
    </ul>
  )
}
function ChipButton({ label, onClick, children }: { label: string; onClick: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      aria-label={label}
      onClick={onClick}
      className="flex h-full items-center gap-1.5 px-2 outline-offset-[-2px] hover:bg-hover"
    >
      {children}
    </button>
  )
}

type ChipProps = {
  kind: Kind
  condition: Condition
  tools: Tools
  nameOf: NameOf
  open: boolean
  onOpenChange: (open: boolean) => void
  onApply: (c: Condition) => void
}
function ConditionChip({ kind, condition, tools, nameOf, open, onOpenChange, onApply }: ChipProps) {
  const { t } = useTranslation('records')
  const [anchor, setAnchor] = useState<HTMLButtonElement | null>(null)
  const w = wordsOf(kind, condition, tools, nameOf)
  const Icon = iconOf(fieldOf(kind, condition.field) ?? { id: 'custom' })
  return (
    <>
      <button
        ref={setAnchor}
        type="button"
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-label={t('filter.edit', { filter: [w.field, w.op, w.value].filter(Boolean).join(' ') })}
        onClick={() => onOpenChange(true)}
        className="flex h-full items-stretch outline-offset-[-2px] hover:bg-hover"
      >
        <span className="flex items-center gap-1.5 px-2 text-muted">
          <Icon size={13} className="text-subtle" aria-hidden />
          {w.field}
        </span>
        <span className="flex items-center border-l border-line px-2 text-subtle">{w.op}</span>
        {w.value !== null && (
          <span className="flex max-w-44 items-center border-l border-line px-2 font-medium">
            <span className="truncate">{w.value}</span>
          </span>
        )}
      </button>
      {open && (
        <Suspense>
          <ConditionPopover
            kind={kind}
            condition={condition}
            anchor={anchor}
            tools={tools}
            onApply={onApply}
            onClose={() => {
              onOpenChange(false)
              anchor?.focus()
            }}
          />
        </Suspense>
      )}
    </>
  )
}
