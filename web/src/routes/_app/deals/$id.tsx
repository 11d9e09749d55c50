import { createFileRoute } from '@tanstack/react-router'
import { DealPage } from '@/features/pipeline/deal-page'
import { pageWithFields } from '@/shared/fields/load'

export const Route = createFileRoute('/_app/deals/$id')({
  loader: pageWithFields(['deal'], ['pipeline']),
  component: Page,
})

function Page() {
  return <DealPage id={Route.useParams().id} />
}
