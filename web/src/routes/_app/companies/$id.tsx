import { createFileRoute } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { RecordPage } from '@/features/records/record-page'
import type { Beside } from '@/features/records/record-view'
import { readRecordSearch } from '@/features/records/search-params'
import { pageWithFields } from '@/shared/fields/load'
import { useCan } from '@/shared/session/session'

const DealsOf = lazy(() => import('@/features/pipeline/deals-of'))
const deals: Beside = ({ id, name }, readOnly) => (
  <Suspense>
    <DealsOf field="companyId" company={{ id, name }} readOnly={readOnly} />
  </Suspense>
)

export const Route = createFileRoute('/_app/companies/$id')({
  validateSearch: readRecordSearch,
  loader: pageWithFields(['company'], ['records', 'pipeline', 'merge']),
  component: Page,
})

function Page() {
  return <RecordPage kind="company" id={Route.useParams().id} beside={useCan('crm.deals.read') ? deals : undefined} />
}
