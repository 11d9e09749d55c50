import { createFileRoute } from '@tanstack/react-router'
import { ImportWizardPage } from '@/features/imports/import-wizard-page'
import { parseWizardSearch } from '@/features/imports/steps'
import { pageWithFields } from '@/shared/fields/load'

export const Route = createFileRoute('/_app/import/$id')({
  validateSearch: parseWizardSearch,
  loader: pageWithFields(['contact', 'company', 'deal'], ['imports'], true),
  component: Page,
})

function Page() {
  return <ImportWizardPage id={Route.useParams().id} search={Route.useSearch()} />
}
