import { createFileRoute } from '@tanstack/react-router'
import { PipelinePage } from '@/features/pipeline/pipeline-page'
import { readPipelineSearch } from '@/features/pipeline/search-params'
import { pageWithFields } from '@/shared/fields/load'

export const Route = createFileRoute('/_app/pipeline/')({
  validateSearch: readPipelineSearch,
  loader: pageWithFields(['deal'], ['pipeline', 'views']),
  component: () => <PipelinePage />,
})
