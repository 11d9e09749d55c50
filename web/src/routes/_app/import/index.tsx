import { createFileRoute } from '@tanstack/react-router'
import { ImportsPage } from '@/features/imports/imports-page'
import { parseImportsSearch } from '@/features/imports/steps'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/import/')({
  validateSearch: parseImportsSearch,
  loader: () => loadTexts('imports'),
  component: Page,
})

function Page() {
  return <ImportsPage search={Route.useSearch()} />
}
