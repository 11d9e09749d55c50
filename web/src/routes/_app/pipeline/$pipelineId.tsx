import { createFileRoute } from '@tanstack/react-router'
import { PipelinePage } from '@/features/pipeline/pipeline-page'
import { readPipelineSearch } from '@/features/pipeline/search-params'
import { loadFields, mentionsCustom } from '@/shared/fields/load'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/pipeline/$pipelineId')({
  validateSearch: readPipelineSearch,
  loader: ({ context, location }) =>
    Promise.all([
      loadTexts('pipeline', 'fields'),
      loadFields(context.queryClient, ['deal'], mentionsCustom(location.search)),
    ]),
  component: Page,
})

function Page() {
  return <PipelinePage id={Route.useParams().pipelineId} />
}
