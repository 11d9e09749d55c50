import { createFileRoute } from '@tanstack/react-router'
import { WebhooksPage } from '@/features/webhooks/webhooks-page'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/settings/webhooks/')({
  loader: () => loadTexts('webhooks'),
  component: WebhooksPage,
})
