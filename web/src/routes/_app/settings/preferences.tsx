import { createFileRoute } from '@tanstack/react-router'
import { PreferencesPage } from '@/features/settings/preferences-page'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/settings/preferences')({
  loader: () => loadTexts('zones'),
  component: PreferencesPage,
})
