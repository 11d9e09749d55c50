import { createFileRoute } from '@tanstack/react-router'
import { PreferencesPage } from '@/features/notifications/preferences-page'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/settings/notifications')({
  loader: () => loadTexts('notifications'),
  component: PreferencesPage,
})
