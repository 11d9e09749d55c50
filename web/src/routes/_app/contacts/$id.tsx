import { createFileRoute } from '@tanstack/react-router'
import { ContactPage } from '@/features/records/contact-page'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/contacts/$id')({
  loader: () => loadTexts('records'),
  component: Page,
})

function Page() {
  return <ContactPage id={Route.useParams().id} />
}
