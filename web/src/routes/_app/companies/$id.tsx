import { createFileRoute } from '@tanstack/react-router'
import { RecordPage } from '@/features/records/record-page'
import { readRecordSearch } from '@/features/records/search-params'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/companies/$id')({
  validateSearch: readRecordSearch,
  loader: () => loadTexts('records'),
  component: Page,
})

function Page() {
  return <RecordPage kind="company" id={Route.useParams().id} />
}
