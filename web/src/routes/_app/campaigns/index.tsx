import { createFileRoute, useNavigate } from '@tanstack/react-router'
import { CampaignsPage } from '@/features/campaigns/campaigns-page'
import { listSearch } from '@/features/campaigns/search-params'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/campaigns/')({
  validateSearch: listSearch,
  loader: () => loadTexts('campaigns'),
  component: Page,
})

function Page() {
  const navigate = useNavigate()
  return (
    <CampaignsPage
      search={Route.useSearch()}
      onSearch={(search, replace) => void navigate({ to: '/campaigns', search, replace: replace ?? false })}
    />
  )
}
