import { createFileRoute } from '@tanstack/react-router'
import { ContactsPage } from '@/features/records/contacts-page'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/contacts/')({
  loader: () => loadTexts('records'),
  component: ContactsPage,
})
