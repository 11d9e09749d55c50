import { createFileRoute } from '@tanstack/react-router'
import { ListPage } from '@/features/records/list-page'
import { readListSearch } from '@/features/records/search-params'
import { pageWithFields } from '@/shared/fields/load'

export const Route = createFileRoute('/_app/contacts/')({
  validateSearch: readListSearch,
  loader: pageWithFields(['contact'], ['records', 'views']),
  component: () => <ListPage kind="contact" />,
})
