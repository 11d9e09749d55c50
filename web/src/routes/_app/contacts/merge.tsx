import { createFileRoute } from '@tanstack/react-router'
import { MergePage } from '@/features/records/merge-page'
import { readMergeSearch } from '@/features/records/search-params'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/contacts/merge')({
  validateSearch: readMergeSearch,
  loader: () => loadTexts('records', 'merge'),
  component: () => <MergePage kind="contact" />,
})
