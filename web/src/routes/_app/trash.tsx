import { createFileRoute } from '@tanstack/react-router'
import { TrashPage } from '@/features/trash/trash-page'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/trash')({
  loader: () => loadTexts('records'),
  component: TrashPage,
})
