import { createFileRoute } from '@tanstack/react-router'
import { UploadsPage } from '@/features/history/uploads-page'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/import/chats/')({
  loader: () => loadTexts('history'),
  component: UploadsPage,
})
