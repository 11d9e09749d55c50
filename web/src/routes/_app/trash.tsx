import { createFileRoute } from '@tanstack/react-router'
import { readTrashSearch } from '@/features/records/search-params'
import { TrashPage } from '@/features/records/trash-page'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/trash')({
  validateSearch: readTrashSearch,
  loader: () => loadTexts('records', 'fields'),
  component: TrashPage,
})
