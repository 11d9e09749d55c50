import { createFileRoute } from '@tanstack/react-router'
import { TemplatesPage } from '@/features/inbox/templates-page'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/settings/templates')({
  loader: () => loadTexts('templates'),
  component: TemplatesPage,
})
