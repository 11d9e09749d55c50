import { createFileRoute } from '@tanstack/react-router'
import { CompaniesPage } from '@/features/records/companies-page'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/companies/')({
  loader: () => loadTexts('records'),
  component: CompaniesPage,
})
