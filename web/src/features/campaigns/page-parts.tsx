import { Link } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import type { ComponentType } from 'react'
import { useTranslation } from 'react-i18next'
import type { FilterNode } from '@/shared/lib/address'
import { buttonCls } from '@/shared/ui/button'
import { Skeleton } from '@/shared/ui/skeleton'
import type { CampaignSearch } from './search-params'

/** Conditions on contacts are put together as in their list: the route brings it, features do not know each other. */
export type ContactFilter = ComponentType<{ filter: FilterNode | null; onFilter: (f: FilterNode | null) => void }>
export type FilterParts = { Filter: ContactFilter }
export type Search = { search: CampaignSearch; onSearch: (search: CampaignSearch, replace?: boolean) => void }

export const BackLink = () => {
  const { t } = useTranslation('campaigns')
  return (
    <Link to="/campaigns" aria-label={t('title')} className={buttonCls('ghost', 'icon-lg')}>
      <ChevronLeft size={17} />
    </Link>
  )
}

export function TabSkeleton() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-busy aria-label={t('ui.loading')} className="flex flex-col gap-3 md:gap-5">
      <div className="grid grid-cols-2 gap-3 md:grid-cols-4">
        {['a', 'b', 'c', 'd'].map((k) => (
          <Skeleton key={k} className="h-24 rounded-lg!" />
        ))}
      </div>
      <Skeleton className="h-72 rounded-lg!" />
    </div>
  )
}
