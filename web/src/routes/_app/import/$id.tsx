import { createFileRoute } from '@tanstack/react-router'
import { ImportWizardPage } from '@/features/imports/import-wizard-page'
import { parseWizardSearch } from '@/features/imports/steps'
import { loadFields } from '@/shared/fields/load'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/import/$id')({
  validateSearch: parseWizardSearch,
  loader: ({ context }) =>
    Promise.all([
      loadTexts('imports', 'fields'),
      loadFields(context.queryClient, ['contact', 'company', 'deal'], true),
    ]),
  component: Page,
})

function Page() {
  return <ImportWizardPage id={Route.useParams().id} search={Route.useSearch()} />
}
