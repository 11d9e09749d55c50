import { createFileRoute } from '@tanstack/react-router'
import { DuplicatesPage } from '@/features/records/duplicates-page'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/companies/duplicates')({
  loader: () => loadTexts('records', 'merge'),
  component: () => <DuplicatesPage kind="company" />,
})
