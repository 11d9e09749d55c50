import { createFileRoute } from '@tanstack/react-router'
import { DuplicatesPage } from '@/features/records/duplicates-page'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/contacts/duplicates')({
  loader: () => loadTexts('records', 'merge'),
  component: () => <DuplicatesPage kind="contact" />,
})
