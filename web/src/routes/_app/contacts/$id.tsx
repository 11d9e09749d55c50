import { createFileRoute } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { RecordPage } from '@/features/records/record-page'
import type { Beside } from '@/features/records/record-view'
import { readRecordSearch } from '@/features/records/search-params'
import { pageWithFields } from '@/shared/fields/load'
import { useCan } from '@/shared/session/session'

const DealsOf = lazy(() => import('@/features/pipeline/deals-of'))
const deals: Beside = ({ id, name, companyId, companyName }, readOnly) => (
  <Suspense>
    <DealsOf
      field="contactId"
      contact={{ id, name }}
      company={companyId && companyName ? { id: companyId, name: companyName } : undefined}
      readOnly={readOnly}
    />
  </Suspense>
)

export const Route = createFileRoute('/_app/contacts/$id')({
  validateSearch: readRecordSearch,
  loader: pageWithFields(['contact'], ['records', 'pipeline', 'merge']),
  component: Page,
})

function Page() {
  return <RecordPage kind="contact" id={Route.useParams().id} beside={useCan('crm.deals.read') ? deals : undefined} />
}
