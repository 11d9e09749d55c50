import { createFileRoute } from '@tanstack/react-router'
import { ListPage } from '@/features/records/list-page'
import { readListSearch } from '@/features/records/search-params'
import { loadFields, mentionsCustom } from '@/shared/fields/load'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/contacts/')({
  validateSearch: readListSearch,
  loader: ({ context, location }) =>
    Promise.all([
      loadTexts('records', 'fields'),
      loadFields(context.queryClient, ['contact'], mentionsCustom(location.search)),
    ]),
  component: () => <ListPage kind="contact" />,
})
