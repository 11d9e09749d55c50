import { createFileRoute } from '@tanstack/react-router'
import { CompanyPage } from '@/features/records/company-page'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/companies/$id')({
  loader: () => loadTexts('records'),
  component: Page,
})

function Page() {
  return <CompanyPage id={Route.useParams().id} />
}
