import { createFileRoute } from '@tanstack/react-router'
import { WizardPage } from '@/features/history/wizard-page'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/import/chats/$id')({
  loader: () => loadTexts('history'),
  component: Page,
})

function Page() {
  return <WizardPage id={Route.useParams().id} />
}
