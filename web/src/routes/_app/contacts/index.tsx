import { createFileRoute } from '@tanstack/react-router'
import { ListPage } from '@/features/records/list-page'
import { readListSearch } from '@/features/records/search-params'
import { pageWithFields } from '@/shared/fields/load'
import { lazyWithTexts } from '@/shared/i18n/lazy'

const Enrol = lazyWithTexts(['campaigns'], () => import('@/features/campaigns/enrol-dialog'))

export const Route = createFileRoute('/_app/contacts/')({
  validateSearch: readListSearch,
  loader: pageWithFields(['contact'], ['records', 'views', 'zones']),
  component: () => <ListPage kind="contact" Enrol={Enrol} />,
})
