import { createFileRoute } from '@tanstack/react-router'
import { ShortcutsPage } from '@/features/settings/shortcuts-page'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/settings/shortcuts')({
  loader: () => loadTexts('shortcuts'),
  component: ShortcutsPage,
})
