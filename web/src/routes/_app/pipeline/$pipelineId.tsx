import { createFileRoute } from '@tanstack/react-router'
import { PipelinePage } from '@/features/pipeline/pipeline-page'
import { readPipelineSearch } from '@/features/pipeline/search-params'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/pipeline/$pipelineId')({
  validateSearch: readPipelineSearch,
  loader: () => loadTexts('pipeline', 'views'),
  component: Page,
})

function Page() {
  return <PipelinePage id={Route.useParams().pipelineId} />
}
