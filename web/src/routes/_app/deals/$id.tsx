import { createFileRoute } from '@tanstack/react-router'
import { DealPage } from '@/features/pipeline/deal-page'
import { loadFields } from '@/shared/fields/load'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/deals/$id')({
  loader: ({ context }) => Promise.all([loadTexts('pipeline', 'fields'), loadFields(context.queryClient, ['deal'])]),
  component: Page,
})

function Page() {
  return <DealPage id={Route.useParams().id} />
}
