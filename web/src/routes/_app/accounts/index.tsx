import { createFileRoute, useNavigate } from '@tanstack/react-router'
import { AccountsPage } from '@/features/accounts/accounts-page'
import { accountsSearch } from '@/features/accounts/search-params'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/accounts/')({
  validateSearch: accountsSearch,
  loader: () => loadTexts('accounts'),
  component: Page,
})

function Page() {
  const { connect = false } = Route.useSearch()
  const navigate = useNavigate()
  return (
    <AccountsPage
      connecting={connect}
      onConnecting={(on) => void navigate({ to: '/accounts', search: on ? { connect: true } : {}, replace: !on })}
      onOpen={(id, chats) =>
        void navigate({ to: '/accounts/$id', params: { id }, search: chats ? { tab: 'chats' } : {} })
      }
    />
  )
}
