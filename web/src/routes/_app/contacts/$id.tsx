import { createFileRoute } from '@tanstack/react-router'
import { RecordPage } from '@/features/records/record-page'
import { readRecordSearch } from '@/features/records/search-params'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/contacts/$id')({
  validateSearch: readRecordSearch,
  loader: () => loadTexts('records'),
  component: Page,
})

function Page() {
  return <RecordPage kind="contact" id={Route.useParams().id} />
}
