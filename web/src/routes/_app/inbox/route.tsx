import { createFileRoute, useParams } from '@tanstack/react-router'
import { InboxPage } from '@/features/inbox/inbox-page'
import { inboxSearch } from '@/features/inbox/search-params'
import { loadTexts } from '@/shared/i18n'

/** The page stays as one walks from conversation to conversation. */
export const Route = createFileRoute('/_app/inbox')({
  validateSearch: inboxSearch,
  loader: () => loadTexts('inbox'),
  component: Page,
})

function Page() {
  const { chatId } = useParams({ strict: false })
  return <InboxPage search={Route.useSearch()} chatId={chatId} />
}
