import { createFileRoute } from '@tanstack/react-router'
import { DealPage } from '@/features/pipeline/deal-page'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/deals/$id')({
  loader: () => loadTexts('pipeline'),
  component: Page,
})

function Page() {
  return <DealPage id={Route.useParams().id} />
}
