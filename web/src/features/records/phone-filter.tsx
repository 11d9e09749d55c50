import { ArrowDown, ArrowUp } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Field } from '@/shared/ui/field'
import { Segmented } from '@/shared/ui/segmented'
import { Select } from '@/shared/ui/select'
import type { Tools } from './cells'
import { fieldsOf, type Kind, titleOf } from './fields'
import type { Filter } from './filter-bar'
import FilterBuilder from './filter-builder'
import type { ListSearch } from './search-params'
import { readSort, writeSort } from './sort'
import type { SetSearch } from './use-list'

type SheetProps = {
  kind: Kind
  filter: Filter
  tools: Tools
  search: ListSearch
  setSearch: SetSearch
  onClose: () => void
}
const DEFAULT = '-createdAt'
/** The phone's sheet: order and filter, which the desktop has in headers and tool bar. */
export default function PhoneFilter({ kind, filter, tools, search, setSearch, onClose }: SheetProps) {
  const { t } = useTranslation('records')
  const key = readSort(search.sort ?? DEFAULT)[0] ?? { id: 'createdAt', desc: true }
  const field = fieldsOf(kind).find((f) => f.sort === key.id)
  return (
    <FilterBuilder
      kind={kind}
      filter={filter}
      tools={tools}
      open
      onOpenChange={onClose}
      lead={
        <Field label={t('sort.label')}>
          <span className="flex gap-2">
            <Select
              aria-label={t('sort.label')}
              value={field?.id ?? null}
              onValueChange={(id) => {
                const next = fieldsOf(kind).find((f) => f.id === id)?.sort
                if (next) setSearch({ sort: writeSort([{ id: next, desc: key.desc }]) })
              }}
              options={fieldsOf(kind)
                .filter((f) => f.sort)
                .map((f) => ({ value: f.id, label: titleOf(f, t) }))}
            />
            <Segmented
              label={t('sort.direction')}
              className="shrink-0"
              value={key.desc ? 'desc' : 'asc'}
              onValueChange={(d) => setSearch({ sort: writeSort([{ id: key.id, desc: d === 'desc' }]) })}
              options={[
                { value: 'asc', label: <Direction up label={t('sort.up')} /> },
                { value: 'desc', label: <Direction label={t('sort.down')} /> },
              ]}
            />
          </span>
        </Field>
      }
    />
  )
}

function Direction({ up, label }: { up?: boolean; label: string }) {
  const Icon = up ? ArrowUp : ArrowDown
  return (
    <>
      <Icon size={15} aria-hidden />
      <span className="sr-only">{label}</span>
    </>
  )
}
