import { createFileRoute } from '@tanstack/react-router'
import { OrdersPage } from '@/features/accounts/orders-page'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/accounts/orders')({
  loader: () => loadTexts('accounts'),
  component: OrdersPage,
})
