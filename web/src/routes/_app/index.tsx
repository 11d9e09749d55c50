import { createFileRoute } from '@tanstack/react-router'
import { DashboardPage } from '@/features/dashboard/dashboard-page'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/')({
  loader: () => loadTexts('dashboard'),
  component: DashboardPage,
})
