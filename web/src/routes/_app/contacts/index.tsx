import { createFileRoute } from '@tanstack/react-router'
import { ListPage } from '@/features/records/list-page'
import { readListSearch } from '@/features/records/search-params'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/contacts/')({
  validateSearch: readListSearch,
  loader: () => loadTexts('records', 'views'),
  component: () => <ListPage kind="contact" />,
})
