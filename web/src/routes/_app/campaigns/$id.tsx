import { createFileRoute, useNavigate } from '@tanstack/react-router'
import { CampaignPage } from '@/features/campaigns/campaign-page'
import { campaignSearch } from '@/features/campaigns/search-params'
import { pageWithFields } from '@/shared/fields/load'
import { lazyWithTexts } from '@/shared/i18n/lazy'

const Filter = lazyWithTexts(['records'], () => import('@/features/records/contact-filter'))
const filters = { Filter }

export const Route = createFileRoute('/_app/campaigns/$id')({
  validateSearch: campaignSearch,
  loader: pageWithFields(['contact'], ['campaigns']),
  component: Page,
})

function Page() {
  const { id } = Route.useParams()
  const navigate = useNavigate()
  return (
    <CampaignPage
      key={id}
      id={id}
      filters={filters}
      search={Route.useSearch()}
      onSearch={(search, replace) =>
        void navigate({ to: '/campaigns/$id', params: { id }, search, replace: replace ?? false, resetScroll: false })
      }
    />
  )
}
