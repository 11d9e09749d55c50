import { createFileRoute } from '@tanstack/react-router'
import { ImportsPage } from '@/features/imports/imports-page'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/import/')({
  loader: () => loadTexts('imports'),
  component: ImportsPage,
})
