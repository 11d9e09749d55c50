import { createFileRoute } from '@tanstack/react-router'
import { NotificationsPage } from '@/features/notifications/page'
import { notificationSearch } from '@/features/notifications/search-params'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/notifications')({
  validateSearch: notificationSearch,
  loader: () => loadTexts('notifications'),
  component: Page,
})

function Page() {
  const { show = 'all' } = Route.useSearch()
  return <NotificationsPage show={show} />
}
