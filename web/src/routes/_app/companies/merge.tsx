import { createFileRoute } from '@tanstack/react-router'
import { MergePage } from '@/features/records/merge-page'
import { readMergeSearch } from '@/features/records/search-params'
import { pageWithFields } from '@/shared/fields/load'

export const Route = createFileRoute('/_app/companies/merge')({
  validateSearch: readMergeSearch,
  loader: pageWithFields(['company'], ['records', 'merge'], true),
  component: () => <MergePage kind="company" />,
})
