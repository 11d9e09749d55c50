import { createFileRoute, useNavigate } from '@tanstack/react-router'
import { WebhookPage, type WebhookSearch } from '@/features/webhooks/webhook-page'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/settings/webhooks/$id')({
  validateSearch: ({ status, delivery }): WebhookSearch => ({
    ...(status === 'pending' || status === 'delivered' || status === 'failed' ? { status } : {}),
    ...(typeof delivery === 'string' ? { delivery } : {}),
  }),
  loader: () => loadTexts('webhooks'),
  component: Page,
})

function Page() {
  const { id } = Route.useParams()
  const search = Route.useSearch()
  const navigate = useNavigate()
  return (
    <WebhookPage
      id={id}
      search={search}
      onSearch={(next) => void navigate({ to: '/settings/webhooks/$id', params: { id }, search: next })}
    />
  )
}
