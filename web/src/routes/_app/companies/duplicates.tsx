import { createFileRoute } from '@tanstack/react-router'
import { DuplicatesPage } from '@/features/records/duplicates-page'
import { pageWithFields } from '@/shared/fields/load'

export const Route = createFileRoute('/_app/companies/duplicates')({
  loader: pageWithFields(['company'], ['records', 'merge']),
  component: () => <DuplicatesPage kind="company" />,
})
