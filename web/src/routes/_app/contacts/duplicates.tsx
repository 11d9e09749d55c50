import { createFileRoute } from '@tanstack/react-router'
import { DuplicatesPage } from '@/features/records/duplicates-page'
import { pageWithFields } from '@/shared/fields/load'

export const Route = createFileRoute('/_app/contacts/duplicates')({
  loader: pageWithFields(['contact'], ['records', 'merge', 'zones']),
  component: () => <DuplicatesPage kind="contact" />,
})
