import { createFileRoute } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { RecordPage } from '@/features/records/record-page'
import type { Beside } from '@/features/records/record-view'
import { readRecordSearch } from '@/features/records/search-params'
import { pageWithFields } from '@/shared/fields/load'
import { lazyWithTexts } from '@/shared/i18n/lazy'
import { useCan } from '@/shared/session/session'

const DealsOf = lazy(() => import('@/features/pipeline/deals-of'))
const EnrolmentsOf = lazyWithTexts(['campaigns'], () => import('@/features/campaigns/enrolments-of'))
const Enrol = lazyWithTexts(['campaigns'], () => import('@/features/campaigns/enrol-dialog'))
const ChatsOf = lazyWithTexts(['inbox'], () => import('@/features/inbox/chats-of'))
type Record = Parameters<Beside>[0]
function Deals({ record: { id, name, companyId, companyName }, readOnly }: { record: Record; readOnly: boolean }) {
  return (
    <DealsOf
      field="contactId"
      contact={{ id, name }}
      company={companyId && companyName ? { id: companyId, name: companyName } : undefined}
      readOnly={readOnly}
    />
  )
}

export const Route = createFileRoute('/_app/contacts/$id')({
  validateSearch: readRecordSearch,
  loader: pageWithFields(['contact'], ['records', 'pipeline', 'merge', 'zones']),
  component: Page,
})

function Page() {
  const deals = useCan('crm.deals.read')
  const chats = useCan('messaging.chats.read')
  const campaigns = useCan('campaigns.read')
  const beside: Beside = (record, readOnly) => (
    <>
      <Suspense>{deals && <Deals record={record} readOnly={readOnly} />}</Suspense>
      <Suspense>{chats && <ChatsOf contactId={record.id} />}</Suspense>
      <Suspense>{campaigns && <EnrolmentsOf contact={record} readOnly={readOnly} />}</Suspense>
    </>
  )
  return (
    <RecordPage
      kind="contact"
      id={Route.useParams().id}
      beside={deals || chats || campaigns ? beside : undefined}
      Enrol={Enrol}
    />
  )
}
