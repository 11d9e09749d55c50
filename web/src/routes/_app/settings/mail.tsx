import { createFileRoute } from '@tanstack/react-router'
import { MailPage } from '@/features/mail/mail-page'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/settings/mail')({
  loader: () => loadTexts('mail'),
  component: MailPage,
})
