import { createFileRoute } from '@tanstack/react-router'
import { AccountPage } from '@/features/accounts/account-page'
import { accountSearch } from '@/features/accounts/search-params'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/accounts/$id')({
  validateSearch: accountSearch,
  loader: () => loadTexts('accounts'),
  component: Page,
})

function Page() {
  const { id } = Route.useParams()
  return <AccountPage key={id} id={id} search={Route.useSearch()} />
}
