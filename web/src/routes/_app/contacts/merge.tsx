import { createFileRoute } from '@tanstack/react-router'
import { MergePage } from '@/features/records/merge-page'
import { readMergeSearch } from '@/features/records/search-params'
import { pageWithFields } from '@/shared/fields/load'

export const Route = createFileRoute('/_app/contacts/merge')({
  validateSearch: readMergeSearch,
  loader: pageWithFields(['contact'], ['records', 'merge', 'zones'], true),
  component: () => <MergePage kind="contact" />,
})
