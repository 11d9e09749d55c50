import { ListFilter, Pencil } from 'lucide-react'
import { lazy, Suspense, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FilterNode } from '@/shared/lib/address'
import { Button } from '@/shared/ui/button'
import { countConditions, type FilterNode as Known, toAst, toModel } from './filter'
import { type Filter, FilterChips } from './filter-bar'
import { useTools } from './use-tools'

const FilterBuilder = lazy(() => import('./filter-builder'))

type Props = { filter: FilterNode | null; onFilter: (filter: FilterNode | null) => void }
/** Conditions on contacts where there is no list of them: chips, and the window in which they are put together. */
export default function ContactFilter({ filter, onFilter }: Props) {
  const { t } = useTranslation('records')
  const { t: tc } = useTranslation()
  const tools = useTools()
  const [open, setOpen] = useState(false)
  const group = useMemo(() => toModel('contact', (filter ?? undefined) as Known | undefined), [filter])
  const count = countConditions(group)
  const of: Filter = {
    group,
    count,
    change: (next) => void onFilter(toAst('contact', next) ?? null),
    clear: () => void onFilter(null),
    add: () => void setOpen(true),
  }
  const edit = count > 0 ? tc('action.edit') : t('filter.title')
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-2">
      <div className="no-scrollbar max-w-full overflow-x-auto empty:hidden">
        <FilterChips kind="contact" filter={of} tools={tools} />
      </div>
      <Button size="md" onClick={() => setOpen(true)}>
        {count > 0 ? <Pencil size={14} aria-hidden /> : <ListFilter size={14} aria-hidden />}
        {edit}
      </Button>
      <Suspense>
        {open && <FilterBuilder kind="contact" filter={of} tools={tools} open={open} onOpenChange={setOpen} />}
      </Suspense>
    </div>
  )
}
